package io.wasmchord.model.tensors;

import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertVectors;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.WeightBinder.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the binder for the experts of a layer. */
final class MixtureBinding {
  private static final String SELECTION = "exp_probs_b";

  private final WeightBinder binder;
  private final ModelConfig c;
  private final int layer;

  MixtureBinding(WeightBinder binder, ModelConfig c, int layer) {
    this.binder = binder;
    this.c = c;
    this.layer = layer;
  }

  private String name(String suffix) {
    return WeightNames.layer(layer, suffix);
  }

  private int count() {
    return c.experts().count();
  }

  private int in() {
    return c.experts().in(c.hidden());
  }

  private int width() {
    return c.experts().width();
  }

  /** Their matrices. Gate and up may be the rows of one; there may be no gate. */
  List<Expert> experts() {
    boolean fused = binder.has(name("ffn_gate_up_exps.weight"));
    List<Tensor> gates = fused ? halves(0) : gates();
    List<Tensor> ups = fused ? halves(width()) : matrices("ffn_up", width(), in());
    List<Tensor> downs = matrices("ffn_down", in(), width());
    List<Expert> experts = new ArrayList<>();
    for (int e = 0; e < count(); e++) {
      experts.add(new Expert(gates.isEmpty() ? null : gates.get(e), ups.get(e), downs.get(e)));
    }
    return List.copyOf(experts);
  }

  private List<Tensor> gates() {
    return ungated() ? List.of() : matrices("ffn_gate", width(), in());
  }

  private boolean ungated() {
    return binder.has(name("ffn_up_exps.weight"))
        && !binder.has(name("ffn_gate_exps.weight"))
        && !binder.has(name("ffn_gate.0.weight"))
        && !binder.has(name("ffn_gate_up_exps.weight"));
  }

  /** Each expert's rows from {@code from} on, of those of gate and up together. */
  private List<Tensor> halves(int from) {
    String name = name("ffn_gate_up_exps.weight");
    int rows = 2 * width();
    int all = Math.multiplyExact(count(), rows);
    List<Tensor> halves = new ArrayList<>();
    for (int e = 0; e < count(); e++) {
      halves.add(binder.slice(name, new Slice(all, in(), e * rows + from, width())));
    }
    return halves;
  }

  /** The matrices of a tensor of three dimensions; in old files each is a tensor of its own. */
  private List<Tensor> matrices(String name, int rows, int cols) {
    String all = name(name + "_exps.weight");
    if (binder.has(all) || !binder.has(name(name + ".0.weight"))) {
      return binder.slices(all, count(), rows, cols);
    }
    List<Tensor> each = new ArrayList<>();
    for (int e = 0; e < count(); e++) {
      String expert = name(name + "." + e + ".weight");
      each.add(binder.matrix(expert, rows, cols));
      binder.requireSameType(name(name + ".0.weight"), expert);
    }
    return each;
  }

  /** For each expert that of its group; none where groups have none. */
  List<Expert> adjugates() {
    ModelConfig.Adjugates adjugates = c.experts().adjugates();
    if (!adjugates.exist()) {
      return List.of();
    }
    int groups = count() / adjugates.group();
    int width = adjugates.width();
    List<Tensor> gates = binder.slices(name("ffn_gate_chexps.weight"), groups, width, in());
    List<Tensor> ups = binder.slices(name("ffn_up_chexps.weight"), groups, width, in());
    List<Tensor> downs = binder.slices(name("ffn_down_chexps.weight"), groups, in(), width);
    List<Expert> all = new ArrayList<>();
    for (int e = 0; e < count(); e++) {
      int group = e / adjugates.group();
      all.add(new Expert(gates.get(group), ups.get(group), downs.get(group)));
    }
    return List.copyOf(all);
  }

  /** What there is beside matrices. */
  ExpertVectors vectors() {
    String selection = name(SELECTION + ".bias");
    return new ExpertVectors(
        binder.optionalVector(binder.has(selection) ? selection : name(SELECTION), count()),
        binder.optionalVector(name("ffn_down_exps.scale"), count()),
        ungated() ? null : biases("ffn_gate_exps", width()),
        biases("ffn_up_exps", width()),
        biases("ffn_down_exps", in()));
  }

  private @Nullable Tensor biases(String name, int cols) {
    String bias = name(name + ".bias");
    return binder.has(bias) ? binder.vectors(bias, count(), cols) : null;
  }
}
