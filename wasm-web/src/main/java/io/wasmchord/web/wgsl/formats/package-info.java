/**
 * How WGSL reads the blocks of weights, as they lie in a GGUF file: one text a format, of functions
 * of one shape. The layouts themselves are told by {@code quant.format}.
 */
@NullMarked
package io.wasmchord.web.wgsl.formats;

import org.jspecify.annotations.NullMarked;
