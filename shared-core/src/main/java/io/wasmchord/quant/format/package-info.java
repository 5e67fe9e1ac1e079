/**
 * Quantization formats, a file each: {@link io.wasmchord.quant.format.BlockFormat} says what a
 * format states, once and for all backends, tests and docs. Knows ggml's layouts and the arithmetic
 * contract's terms; nothing of tensors, files or backends. How to add one: {@code
 * docs/adding-a-format.md}.
 */
@NullMarked
package io.wasmchord.quant.format;

import org.jspecify.annotations.NullMarked;
