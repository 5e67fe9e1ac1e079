package io.wasmchord.web.wgsl.text;

import java.util.List;
import java.util.function.Function;

/**
 * A compute shader, its entry point being {@code main}.
 *
 * @param name what it computes; two kernels of one name have one text
 * @param text WGSL
 * @param threads of a workgroup
 * @param bindings what it binds, in the order of their numbers
 * @param layout of its arguments
 * @param grid the workgroups that arguments take
 * @param <A> the record of its arguments
 */
public record GpuKernel<A>(
    String name,
    String text,
    int threads,
    List<Binding> bindings,
    ArgumentLayout<A> layout,
    Function<A, Grid> grid) {}
