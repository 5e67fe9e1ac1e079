package io.wasmchord.weights;

/**
 * What a {@link LayerCache} did.
 *
 * @param hits layers that were there since an earlier use
 * @param prefetchHits layers that a prefetch had brought in time
 * @param late layers that a prefetch was still bringing when they were needed
 * @param misses layers that nobody had asked for before they were needed
 * @param evictions layers that made room for another
 * @param bytesRead bytes that were read from the file
 * @param stallNanos time that computing waited for layers
 */
public record LayerCacheStatistics(
    long hits,
    long prefetchHits,
    long late,
    long misses,
    long evictions,
    long bytesRead,
    long stallNanos) {
  /** What happened after {@code earlier}. */
  public LayerCacheStatistics since(LayerCacheStatistics earlier) {
    return new LayerCacheStatistics(
        hits - earlier.hits,
        prefetchHits - earlier.prefetchHits,
        late - earlier.late,
        misses - earlier.misses,
        evictions - earlier.evictions,
        bytesRead - earlier.bytesRead,
        stallNanos - earlier.stallNanos);
  }

  /** Of all uses, those that found their layer there since an earlier use. */
  public double hitRate() {
    long uses = hits + prefetchHits + late + misses;
    return uses == 0 ? 0 : (double) hits / uses;
  }
}
