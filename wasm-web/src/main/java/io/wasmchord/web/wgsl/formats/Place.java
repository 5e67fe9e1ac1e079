package io.wasmchord.web.wgsl.formats;

import io.wasmchord.web.wgsl.text.Binding;

/** Where a kernel finds a weight. */
public enum Place {
  /** In the first binding of weights. */
  W0(Binding.W0),
  /** In the second one. */
  W1(Binding.W1),
  /** In the third one. */
  W2(Binding.W2),
  /** Among the activations; of float32 alone. */
  ARENA(Binding.ARENA);

  private final Binding binding;

  Place(Binding binding) {
    this.binding = binding;
  }

  /** What is bound. */
  public Binding binding() {
    return binding;
  }

  /** What ends the names of its functions. */
  public String suffix() {
    return "_" + binding.variable();
  }
}
