package io.wasmchord.web.wgsl.text;

/**
 * What a kernel can bind, all in bind group 0. A kernel's layout has the entries of {@link
 * GpuKernel#bindings} and no others.
 */
public enum Binding {
  /** The kernel's arguments: a uniform of {@link #ARGUMENT_BYTES} with a dynamic offset. */
  ARGUMENTS(0, "var<uniform> p: Arguments"),
  /** All activations and small float32 weights, read and written. */
  ARENA(1, "var<storage, read_write> arena: array<u32>"),
  /** A weight, or a window of its rows. */
  W0(2, "var<storage, read> w0: array<u32>"),
  /** A second weight. */
  W1(3, "var<storage, read> w1: array<u32>"),
  /** A third weight. */
  W2(4, "var<storage, read> w2: array<u32>"),
  /** What a layer keeps: keys, values, rows, states. */
  CACHE(5, "var<storage, read_write> kv: array<u32>");

  /** Bytes of a slot of arguments. */
  public static final int ARGUMENT_BYTES = 256;

  private final int number;
  private final String declaration;

  Binding(int number, String declaration) {
    this.number = number;
    this.declaration = declaration;
  }

  /** The binding's number. */
  public int number() {
    return number;
  }

  /** The variable's name in WGSL. */
  public String variable() {
    return declaration.substring(declaration.indexOf('>') + 2, declaration.indexOf(':'));
  }

  /** Whether it is storage that a kernel may write. */
  public boolean written() {
    return declaration.contains("read_write");
  }

  String declaration() {
    return "@group(0) @binding(" + number + ") " + declaration + ";\n";
  }
}
