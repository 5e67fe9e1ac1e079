/** The cache of keys and values on the GPU, and attention over it. */
@NullMarked
package io.wasmchord.web.wgsl.attention;

import org.jspecify.annotations.NullMarked;
