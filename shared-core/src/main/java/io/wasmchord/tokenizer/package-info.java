/**
 * Text to token ids and back. {@code pretokenizer} cuts a text into pieces, {@code unicode} knows
 * its characters. Knows nothing of the model's arithmetic.
 */
@NullMarked
package io.wasmchord.tokenizer;

import org.jspecify.annotations.NullMarked;
