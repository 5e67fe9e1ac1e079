/** Free text with constrained parts in it, each between a beginning and an end of its own. */
@NullMarked
package io.wasmchord.constraint.tags;

import org.jspecify.annotations.NullMarked;
