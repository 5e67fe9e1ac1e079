package io.wasmchord.web.wgsl.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Puts a kernel's text together: the struct of its arguments, its bindings, the {@link Functions}
 * that it names, and its body. A body knows {@code p}, the bound variables, {@code group} (the
 * workgroup's number) and {@code thread} (within the workgroup).
 *
 * @param <A> the record of the kernel's arguments
 */
public final class KernelText<A> {
  private static final String ENTRY =
      """
      (
        @builtin(workgroup_id) workgroup: vec3<u32>,
        @builtin(num_workgroups) workgroups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32
      ) {
        let group = workgroup.x + workgroup.y * workgroups.x;
      """;

  private final String name;
  private final ArgumentLayout<A> layout;
  private final List<Binding> bindings = new ArrayList<>(List.of(Binding.ARGUMENTS));
  private final StringBuilder declarations = new StringBuilder();
  private int threads = 64;

  public KernelText(String name, ArgumentLayout<A> layout) {
    this.name = name;
    this.layout = layout;
  }

  /** Binds more. */
  public KernelText<A> binds(Binding... more) {
    bindings.addAll(List.of(more));
    return this;
  }

  /** Sets the threads of a workgroup, 64 where it is not said. */
  public KernelText<A> threads(int count) {
    threads = count;
    return this;
  }

  /** An array that a workgroup shares. */
  public KernelText<A> shares(String variable, String type, int count) {
    declarations
        .append("var<workgroup> ")
        .append(variable)
        .append(": array<")
        .append(type)
        .append(", ")
        .append(count)
        .append(">;\n");
    return this;
  }

  /** Declarations of the kernel's own: functions and constants. */
  public KernelText<A> declares(String text) {
    declarations.append(text);
    return this;
  }

  /** The kernel with its body. */
  public GpuKernel<A> body(Function<A, Grid> grid, String body) {
    List<Binding> ordered = bindings.stream().distinct().sorted().toList();
    String own = declarations + "@compute @workgroup_size(" + threads + ")\nfn main" + ENTRY + body;
    StringBuilder text = new StringBuilder(layout.struct());
    ordered.forEach(binding -> text.append(binding.declaration()));
    text.append(Functions.named(own)).append(own).append("}\n");
    return new GpuKernel<>(name, text.toString(), threads, ordered, layout, grid);
  }
}
