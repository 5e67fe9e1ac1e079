package io.wasmchord.jvm;

import io.wasmchord.session.GreedyLogits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All logits of a prompt and of greedy tokens after it, to compare models bit by bit. */
final class GreedyRun {
  private static final int[] PROMPT = {1, 20, 300, 41, 5, 66, 270, 8, 99, 10};

  private GreedyRun() {}

  static List<Float> of(Path path) {
    try (LoadedModel loaded = LoadedModel.builder(path).threads(2).load()) {
      return of(loaded);
    }
  }

  static List<Float> of(LoadedModel loaded) {
    List<Float> all = new ArrayList<>();
    GreedyLogits.compute(
        loaded.model(),
        PROMPT,
        6,
        (position, rows) -> {
          for (float value : rows) {
            all.add(value);
          }
        });
    return all;
  }
}
