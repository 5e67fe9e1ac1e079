/**
 * ggml's tensor types: block layouts, decoders and quantizers. Knows nothing of files or models.
 */
@NullMarked
package io.wasmchord.quant;

import org.jspecify.annotations.NullMarked;
