/**
 * Products of weights with activations: the kernels for one row, a batch and tiles of it; packing
 * of activations and repacking of weights, which they read.
 */
@NullMarked
package io.wasmchord.web.kernels.products;

import org.jspecify.annotations.NullMarked;
