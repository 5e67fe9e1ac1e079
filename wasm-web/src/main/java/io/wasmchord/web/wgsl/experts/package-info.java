/**
 * Mixtures of experts without a read-back: rows choose their experts on the GPU, products find an
 * expert's matrix by its number.
 */
@NullMarked
package io.wasmchord.web.wgsl.experts;

import org.jspecify.annotations.NullMarked;
