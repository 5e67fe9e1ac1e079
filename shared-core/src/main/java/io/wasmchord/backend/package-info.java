/** The compute seam: commands over opaque tensors. Knows nothing of models. */
@NullMarked
package io.wasmchord.backend;

import org.jspecify.annotations.NullMarked;
