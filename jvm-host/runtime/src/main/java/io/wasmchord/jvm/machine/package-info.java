/**
 * Machine code written by Java: an assembler for x86-64, executable pages, and the matrix products
 * that the vector backend calls where the processor has AVX-512 with VNNI. The same bits as the
 * Vector API's kernels, by the same conformance suite. Knows formats and their interleaved layout,
 * not tensors and threads.
 */
@NullMarked
package io.wasmchord.jvm.machine;

import org.jspecify.annotations.NullMarked;
