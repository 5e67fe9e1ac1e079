/** Where a model's bytes come from, by range. */
@NullMarked
package io.wasmchord.weights;

import org.jspecify.annotations.NullMarked;
