package io.wasmchord.model.residency;

import java.util.Collections;
import java.util.List;

/**
 * How a model's layers are shared out among memories: consecutive ones to each. The first memory
 * has everything besides that belongs to no layer.
 *
 * @param counts layers of each memory; some may have none
 */
public record LayerGroups(List<Integer> counts) {
  /** Checks the numbers. */
  public LayerGroups {
    counts = List.copyOf(counts);
    if (counts.isEmpty() || counts.stream().anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException("layers are shared out as " + counts);
    }
  }

  /** All in one memory. */
  public static LayerGroups one(int layers) {
    return new LayerGroups(Collections.singletonList(layers));
  }

  /** Memories. */
  public int size() {
    return counts.size();
  }

  /** The first layer of a memory. */
  public int first(int group) {
    return counts.subList(0, group).stream().mapToInt(Integer::intValue).sum();
  }

  /** The layer after the last of a memory. */
  public int end(int group) {
    return first(group) + counts.get(group);
  }

  /** All layers. */
  public int layers() {
    return end(size() - 1);
  }

  /** Whether a memory holds what belongs to {@code place}. */
  boolean holds(int group, Place place) {
    return switch (place) {
      case Place.Layer layer -> layer.number() >= first(group) && layer.number() < end(group);
      case Place.Outside outside -> group == 0;
      case Place.LookedUp lookedUp -> group == 0;
      case Place.Skipped skipped -> false;
    };
  }
}
