/**
 * How WGSL kernels are written: bindings, arguments, the functions of the arithmetic contract, and
 * the text around a kernel's body. Knows no operation, no browser and no backend.
 */
@NullMarked
package io.wasmchord.web.wgsl.text;

import org.jspecify.annotations.NullMarked;
