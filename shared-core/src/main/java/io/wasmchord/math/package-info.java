/** Elementary functions, and binary16, that give the same bits on every platform. */
@NullMarked
package io.wasmchord.math;

import org.jspecify.annotations.NullMarked;
