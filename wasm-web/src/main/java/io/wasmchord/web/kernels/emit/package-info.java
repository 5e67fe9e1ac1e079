/**
 * What kernels are written with: their frame, vectors of lanes, functions on these, numbers of 16
 * bits and the quantizing of groups. Knows no kernel.
 */
@NullMarked
package io.wasmchord.web.kernels.emit;

import org.jspecify.annotations.NullMarked;
