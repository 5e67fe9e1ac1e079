/**
 * JSON: its values, read strictly and written as Python writes them. A text of JSON may come from
 * anyone, so nesting is bounded, and keys lie in a table that no text can make slow ({@link
 * io.wasmchord.maps}). Knows nothing of what the values mean.
 */
@NullMarked
package io.wasmchord.json;

import org.jspecify.annotations.NullMarked;
