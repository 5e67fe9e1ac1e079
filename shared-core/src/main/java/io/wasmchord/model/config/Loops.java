package io.wasmchord.model.config;

import io.wasmchord.model.config.Architecture.Trait;
import java.util.ArrayList;
import java.util.List;

/**
 * The order in which a token goes through the layers, where it goes through some of them several
 * times. Each time has keys and values of its own: a layer of the cache.
 *
 * @param passes in order; none where each layer comes once
 */
public record Loops(List<Pass> passes) {
  /** Each layer once. */
  public static final Loops NONE = new Loops(List.of());

  private static final String COUNT = "num_loops";
  private static final String WITHOUT_NORM = "skip_loop_final_norm";
  private static final String STACK = "hrm.layers_per_stack";
  private static final String HIGH_CYCLES = "hrm.h_cycles";
  private static final String LOW_CYCLES = "hrm.l_cycles";

  public Loops {
    passes = List.copyOf(passes);
  }

  /**
   * Layers that follow each other.
   *
   * @param first the first of them
   * @param count how many there are
   */
  public record Pass(int first, int count, After after) {}

  /** What comes after a pass. */
  public enum After {
    NOTHING,
    /** The residual stream is normed as it is after the last pass. */
    NORM,
    /** So it is, and is the low state from then on; the next pass takes both states' sum. */
    LOW,
    /** So it is, and is the high state from then on; the next pass takes both states' sum. */
    HIGH
  }

  static Loops read(Architecture a, CheckedKeys keys, int layers) {
    if (a.has(Trait.CYCLES)) {
      return cycles(keys);
    }
    int count = a.has(Trait.LOOPED) ? keys.positive(COUNT, ModelConfigs.MAX_LAYERS, 1) : 1;
    requireSlots(keys, (long) count * layers);
    if (count == 1) {
      return NONE;
    }
    After between = keys.bool(WITHOUT_NORM, false) ? After.NOTHING : After.NORM;
    List<Pass> passes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      passes.add(new Pass(0, layers, i == count - 1 ? After.NOTHING : between));
    }
    return new Loops(passes);
  }

  /** Two stacks take turns: the low one, whose layers come first, and the high one. */
  private static Loops cycles(CheckedKeys keys) {
    int stack = keys.positive(STACK, ModelConfigs.MAX_LAYERS);
    int high = keys.positive(HIGH_CYCLES, ModelConfigs.MAX_LAYERS);
    int low = keys.positive(LOW_CYCLES, ModelConfigs.MAX_LAYERS);
    long slots = (long) stack * high * (low + 1);
    requireSlots(keys, slots);
    keys.require(
        keys.positive(CheckedKeys.LAYERS, ModelConfigs.MAX_LAYERS) == slots,
        CheckedKeys.LAYERS + " is not " + slots + ", as the cycles have it");
    List<Pass> passes = new ArrayList<>();
    for (int h = 0; h < high; h++) {
      for (int l = 0; l < low; l++) {
        passes.add(new Pass(0, stack, After.LOW));
      }
      passes.add(new Pass(stack, stack, h == high - 1 ? After.NOTHING : After.HIGH));
    }
    return new Loops(passes);
  }

  private static void requireSlots(CheckedKeys keys, long slots) {
    keys.require(
        slots <= ModelConfigs.MAX_LAYERS,
        "a token goes through " + slots + " layers, more than " + ModelConfigs.MAX_LAYERS);
  }

  /** Layers that a file has. */
  static int layers(Architecture a, CheckedKeys keys) {
    return a.has(Trait.CYCLES)
        ? 2 * keys.positive(STACK, ModelConfigs.MAX_LAYERS / 2)
        : keys.layers(ModelConfigs.MAX_LAYERS);
  }

  /** Whether layers come several times. */
  public boolean exist() {
    return !passes.isEmpty();
  }

  /** Whether there are a low and a high state. */
  public boolean cycle() {
    return passes.stream().anyMatch(pass -> pass.after == After.LOW);
  }

  /** Layers of a cache, of a model with so many layers. */
  int slots(int layers) {
    return exist() ? passes.stream().mapToInt(Pass::count).sum() : layers;
  }

  /** The layer that a layer of the cache is of. */
  public int layer(int slot) {
    int before = 0;
    for (Pass pass : passes) {
      if (slot < before + pass.count) {
        return pass.first + slot - before;
      }
      before += pass.count;
    }
    return slot;
  }
}
