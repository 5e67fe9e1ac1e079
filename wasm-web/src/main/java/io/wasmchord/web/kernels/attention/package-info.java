/** Attention, and how each type of cache is written and read. */
@NullMarked
package io.wasmchord.web.kernels.attention;

import org.jspecify.annotations.NullMarked;
