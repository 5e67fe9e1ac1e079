/** From a request to its answers, whatever shape they have. */
@NullMarked
package io.wasmchord.server.answers;

import org.jspecify.annotations.NullMarked;
