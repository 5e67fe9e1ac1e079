/**
 * Products of activations and weights, what activations are rounded to for them, and rows of
 * weights as embeddings.
 */
@NullMarked
package io.wasmchord.web.wgsl.products;

import org.jspecify.annotations.NullMarked;
