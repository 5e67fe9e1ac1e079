package io.wasmchord.web.kernels.arguments;

/**
 * A kernel, known by its name in the module's table.
 *
 * @param <A> the record of its arguments
 */
public record Kernel<A>(String name, ArgumentLayout<A> layout) {}
