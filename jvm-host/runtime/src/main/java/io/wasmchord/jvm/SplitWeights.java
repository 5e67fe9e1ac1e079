package io.wasmchord.jvm;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.weights.WeightSource;
import java.util.List;

/** The files of a split model as one: the bytes of all, one after the other. */
final class SplitWeights implements WeightSource {
  private final List<? extends WeightSource> parts;

  /**
   * @param parts in order, at least one; closed with this
   */
  SplitWeights(List<? extends WeightSource> parts) {
    this.parts = List.copyOf(parts);
  }

  /** The first file's name. */
  @Override
  public String name() {
    return parts.getFirst().name();
  }

  @Override
  public long size() {
    return parts.stream().mapToLong(WeightSource::size).sum();
  }

  /**
   * {@inheritDoc}
   *
   * <p>No range reaches over the end of a part: every tensor lies in one of them.
   */
  @Override
  public ByteView view(long offset, long length) {
    long at = offset;
    for (WeightSource part : parts) {
      if (at < part.size()) {
        return part.view(at, length);
      }
      at -= part.size();
    }
    throw new IndexOutOfBoundsException(
        name() + ": the parts have " + size() + " bytes, none at " + offset);
  }

  @Override
  public void close() {
    parts.forEach(WeightSource::close);
  }
}
