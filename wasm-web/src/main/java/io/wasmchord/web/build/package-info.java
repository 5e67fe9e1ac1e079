/** What the build runs on the compiled engine. Not part of it. */
@NullMarked
package io.wasmchord.web.build;

import org.jspecify.annotations.NullMarked;
