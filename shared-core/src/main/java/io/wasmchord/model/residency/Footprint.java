package io.wasmchord.model.residency;

/**
 * What a model takes of memory while it computes.
 *
 * @param weights bytes of all weights in the file
 * @param staying bytes of those that are in memory even where layers pass through slots
 * @param kvCache bytes of keys and values
 * @param scratch bytes of everything else: activations, logits, what the host's backends need
 * @param slots through which layers pass, or 0 where all stay in memory
 * @param slotBytes bytes of each
 */
public record Footprint(
    long weights, long staying, long kvCache, long scratch, int slots, long slotBytes) {

  /** All weights in memory. */
  public static Footprint whole(Residency model, int alignment, long kvCache, long scratch) {
    return of(model, alignment, kvCache, scratch, 0);
  }

  /**
   * As many slots as {@code budget} bytes have room for, and at most one for each layer.
   *
   * @return with one slot at least, so that its {@link #total} may be over the budget
   */
  public static Footprint streamed(
      Residency model, int alignment, long kvCache, long scratch, long budget) {
    Footprint one = of(model, alignment, kvCache, scratch, 1);
    long more = (budget - one.total()) / one.slotBytes;
    int slots = (int) Math.max(1, Math.min(1 + more, model.config().layers()));
    return of(model, alignment, kvCache, scratch, slots);
  }

  private static Footprint of(
      Residency model, int alignment, long kvCache, long scratch, int slots) {
    return new Footprint(
        model.bytes(alignment),
        model.stayingBytes(alignment),
        kvCache,
        scratch,
        slots,
        model.layers().slotBytes());
  }

  /** Whether layers pass through slots. */
  public boolean streamed() {
    return slots > 0;
  }

  /** Bytes of weights in memory, and of slots for them. */
  public long model() {
    return streamed() ? staying + slots * slotBytes : weights;
  }

  /** Bytes in all. */
  public long total() {
    return model() + kvCache + scratch;
  }
}
