/**
 * Kernels of recurrent layers: each goes through the rows of a batch in order, with what the layer
 * carries from row to row.
 */
@NullMarked
package io.wasmchord.web.kernels.recurrent;

import org.jspecify.annotations.NullMarked;
