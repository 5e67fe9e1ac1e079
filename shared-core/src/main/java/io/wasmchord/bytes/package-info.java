/** Bytes by offset, wherever they lie. Knows nothing of what the bytes mean. */
@NullMarked
package io.wasmchord.bytes;

import org.jspecify.annotations.NullMarked;
