/** Texts as vectors: tokens, hidden states, pooling and normalisation put together. */
@NullMarked
package io.wasmchord.embedding;

import org.jspecify.annotations.NullMarked;
