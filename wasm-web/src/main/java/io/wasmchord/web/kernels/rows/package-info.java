/** Kernels that go through rows of activations: norms, rope, and what is done value by value. */
@NullMarked
package io.wasmchord.web.kernels.rows;

import org.jspecify.annotations.NullMarked;
