/**
 * What kernels know of one quantization format: a class for each, which takes four interleaved
 * blocks apart. {@code BlockCode} and {@code FloatWeights} choose it; bytes, fields and ranges are
 * in {@code quant.format}.
 */
@NullMarked
package io.wasmchord.web.kernels.formats;

import org.jspecify.annotations.NullMarked;
