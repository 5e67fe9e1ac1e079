/**
 * Transformers as recorded commands: blocks, layers, a sequence's way through them. {@link
 * io.wasmchord.model.transformer.ModelLoader} makes them; everything else is its own. Knows
 * backends only through their seam.
 */
@NullMarked
package io.wasmchord.model.transformer;

import org.jspecify.annotations.NullMarked;
