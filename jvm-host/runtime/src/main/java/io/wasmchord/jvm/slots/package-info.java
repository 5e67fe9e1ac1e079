/** Several answers of one model at a time, each in a slot that keeps its session. */
@NullMarked
package io.wasmchord.jvm.slots;

import org.jspecify.annotations.NullMarked;
