/** How JSON is written: strings with their escapes, and whitespace. Knows no schema. */
@NullMarked
package io.wasmchord.constraint.text;

import org.jspecify.annotations.NullMarked;
