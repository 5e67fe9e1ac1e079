/** Transformers as recorded commands. Knows backends only through their seam. */
@NullMarked
package io.wasmchord.model;

import org.jspecify.annotations.NullMarked;
