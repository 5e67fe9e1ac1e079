/** Text to token ids and back. Knows nothing of the model's arithmetic. */
@NullMarked
package io.wasmchord.tokenizer;

import org.jspecify.annotations.NullMarked;
