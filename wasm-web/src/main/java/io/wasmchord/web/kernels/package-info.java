/**
 * The SIMD kernels: Java that writes WebAssembly. Every kernel gives the scalar backend's bits; how
 * one is written and checked stands in {@code docs/kernels.md}. {@code KernelModule} puts them
 * together; {@code products}, {@code attention} and {@code rows} write them, with what is in {@code
 * emit} and {@code formats}, and read their arguments as {@code arguments} lays them out.
 */
@NullMarked
package io.wasmchord.web.kernels;

import org.jspecify.annotations.NullMarked;
