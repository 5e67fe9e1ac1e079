package io.wasmchord.model.transformer;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.errors.ClosedException;
import java.util.List;

/**
 * The keys and values of a model's layers, by section. It knows how far the sequence came, and so
 * which positions the layers have forgotten that see only the nearest.
 */
final class SectionedCache implements KvCache {
  private final Transformer model;
  private final KvSpec spec;
  private final int nearest;
  private final int places;
  private final List<KvCache> parts;
  private int end; // after the last position that was stored since position 0
  private boolean givenBack;

  /**
   * @param model whose layers they are
   * @param spec of all layers
   * @param nearest positions that a layer sees which does not see all
   * @param parts of the sections
   */
  SectionedCache(Transformer model, KvSpec spec, int nearest, List<KvCache> parts) {
    this.model = model;
    this.spec = spec;
    this.nearest = nearest;
    this.places = spec.capacities().stream().min(Integer::compare).orElse(0);
    this.parts = List.copyOf(parts);
  }

  static SectionedCache of(KvCache cache, Transformer model) {
    if (cache instanceof SectionedCache sections && sections.model == model) {
      return sections;
    }
    throw new IllegalArgumentException("a cache of another model");
  }

  /** Notes that the memory is given back; false where it was before. */
  boolean giveBack() {
    boolean first = !givenBack;
    givenBack = true;
    return first;
  }

  /**
   * Asked before every step.
   *
   * @throws ClosedException when the cache was given back or its model is closed
   */
  void requireUsable() {
    model.requireOpen();
    if (givenBack) {
      throw new ClosedException("the cache was given back; make a new one of the model");
    }
  }

  @Override
  public KvSpec spec() {
    return spec;
  }

  List<KvCache> parts() {
    return parts;
  }

  /** Whether all is there that a token at {@code position} sees before itself. */
  boolean holds(int position) {
    return position == 0 || (position <= end && seen(position) >= forgotten(end));
  }

  /**
   * Notes that {@code count} positions from {@code position} on are about to be stored.
   *
   * @throws IllegalStateException when a layer does not hold what they see
   */
  void advance(int position, int count) {
    int after = position == 0 ? count : Math.max(end, position + count);
    if (!holds(position) || seen(position) < forgotten(after)) {
      throw new IllegalStateException(
          "the cache cannot go on with "
              + count
              + " tokens at position "
              + position
              + ": it was fed up to "
              + end
              + " and layers that see "
              + nearest
              + " positions hold the last "
              + places
              + "; start again at 0");
    }
    end = after;
  }

  private int seen(int position) {
    return Math.max(0, position - nearest + 1);
  }

  /** Positions before this are not there any more in a layer that sees only the nearest. */
  private int forgotten(int after) {
    return places < spec.positions() ? Math.max(0, after - places) : 0;
  }
}
