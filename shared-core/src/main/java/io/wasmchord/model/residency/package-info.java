/**
 * Where a model lies: which tensors are a layer's, which lie outside of the layers, which rows are
 * looked up alone; what activations and caches take. Plans, stores and loaders of all hosts derive
 * from here. How much fits, and at which addresses, is for hosts to say.
 */
@NullMarked
package io.wasmchord.model.residency;

import org.jspecify.annotations.NullMarked;
