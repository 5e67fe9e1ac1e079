/**
 * Kernels of what is computed value by value, or of a row on its own: sums, gates, norms, rope,
 * lookups, ranks. One class a kind of kernel, with the record of its arguments. All offsets are in
 * words of the arena.
 */
@NullMarked
package io.wasmchord.web.wgsl.rows;

import org.jspecify.annotations.NullMarked;
