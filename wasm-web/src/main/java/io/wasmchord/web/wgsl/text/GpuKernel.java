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
    Function<A, Grid> grid) {
  private static final String PACKED_DOT = "dot4I8Packed";
  private static final String OWN_DOT =
      """
      fn dot4I8Packed(a: u32, b: u32) -> i32 {
        let shifts = vec4<u32>(24u, 16u, 8u, 0u);
        let x = bitcast<vec4<i32>>(vec4<u32>(a) << shifts) >> vec4<u32>(24u);
        let y = bitcast<vec4<i32>>(vec4<u32>(b) << shifts) >> vec4<u32>(24u);
        return dot(x, y);
      }
      """;

  /** The same for a compiler that has no packed dot products. */
  public GpuKernel<A> withoutPackedDots() {
    return text.contains(PACKED_DOT)
        ? new GpuKernel<>(name, text + OWN_DOT, threads, bindings, layout, grid)
        : this;
  }
}
