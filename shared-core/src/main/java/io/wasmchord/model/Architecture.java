package io.wasmchord.model;

import io.wasmchord.backend.RopeOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What distinguishes one llama-like architecture from another; the rest is shared. {@code docs/architecture.md} says how to add one.
 *
 * @param name the file's {@code general.architecture} and the prefix of its keys
 * @param rope which values of a head are rotated together
 */
record Architecture(String name, RopeOrder rope) {
  private static final List<Architecture> KNOWN =
      List.of(
          new Architecture("llama", RopeOrder.INTERLEAVED), new Architecture("qwen2", RopeOrder.NEOX));

  static Architecture byName(String name, String file) {
    List<String> names = new ArrayList<>();
    for (Architecture a : KNOWN) {
      if (a.name.equals(name)) {
        return a;
      }
      names.add(a.name);
    }
    throw new UnsupportedModelException(
        file
            + ": general.architecture is '"
            + name
            + "', which this version cannot run; it runs "
            + String.join(", ", names)
            + ". Choose a model of one of these.");
  }

  /** The metadata key of a hyper-parameter, e.g. {@code llama.block_count}. */
  String key(String suffix) {
    return name + "." + suffix;
  }
}
