/** From logits to a token. Knows nothing of text. */
@NullMarked
package io.wasmchord.sampling;

import org.jspecify.annotations.NullMarked;
