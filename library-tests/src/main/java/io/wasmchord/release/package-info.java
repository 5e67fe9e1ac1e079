/** What is looked at before a release. */
@NullMarked
package io.wasmchord.release;

import org.jspecify.annotations.NullMarked;
