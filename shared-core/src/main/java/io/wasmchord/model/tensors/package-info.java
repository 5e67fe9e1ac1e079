/**
 * A model's tensors as its file has them: in what shapes they must be, and what they are bound as.
 * A check binds them without bytes. Knows backends only through {@code bind}.
 */
@NullMarked
package io.wasmchord.model.tensors;

import org.jspecify.annotations.NullMarked;
