package io.wasmchord.jvm;

/** Is told how far a download or a load is. It must be cheap: it is called often. */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Reports progress.
   *
   * @param phase what is being done, e.g. {@code download} or {@code load}
   * @param done units done so far (bytes or layers, by phase)
   * @param total units in all, or -1 where unknown
   */
  void progress(String phase, long done, long total);
}
