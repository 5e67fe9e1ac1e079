/**
 * The SIMD kernels: Java that writes WebAssembly. Every kernel gives the scalar backend's bits; how
 * one is written and checked stands in {@code docs/kernels.md}.
 */
@NullMarked
package io.wasmchord.web.kernels;

import org.jspecify.annotations.NullMarked;
