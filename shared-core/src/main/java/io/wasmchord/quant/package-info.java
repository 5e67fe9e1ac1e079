/**
 * Tensors' types and what follows from their formats: names, how blocks are interleaved, which type
 * a tensor of a mixture gets. The formats themselves are in {@code quant.format}. Knows nothing of
 * files or models.
 */
@NullMarked
package io.wasmchord.quant;

import org.jspecify.annotations.NullMarked;
