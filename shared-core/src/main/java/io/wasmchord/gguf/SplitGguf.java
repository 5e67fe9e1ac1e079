package io.wasmchord.gguf;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.errors.MalformedGgufException;
import io.wasmchord.maps.StringIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that llama.cpp's {@code gguf-split} cut into several files, {@code
 * name-00001-of-00003.gguf} and so on. The first file has all metadata; each has its own tensors.
 * Taken together they are one file: the bytes of all splits, one after the other.
 */
public final class SplitGguf {
  private static final String COUNT = "split.count";
  private static final String NUMBER = "split.no";
  private static final String TENSORS = "split.tensors.count";

  /**
   * The most files that a model may have: some times those of the largest that are published, and
   * few enough to be asked for because a header says so.
   */
  public static final int MAX_SPLITS = 1000;

  private SplitGguf() {}

  /**
   * The number of files that a header says the model has; 1 where it is whole.
   *
   * @throws MalformedGgufException when the number is no sensible one
   */
  public static int count(GgufFile file) {
    int count = file.metadata().int32(COUNT, 1);
    if (count < 0 || count > MAX_SPLITS) {
      throw new MalformedGgufException(
          file.fileName() + ": " + COUNT + " is " + count + ", not 1 to " + MAX_SPLITS);
    }
    return Math.max(1, count);
  }

  /**
   * One header over the bytes of all splits, one after the other.
   *
   * @param splits their headers in order
   * @param sizes their bytes
   * @throws MalformedGgufException when they do not belong together
   */
  public static GgufFile merge(List<GgufFile> splits, List<Long> sizes) {
    GgufFile first = splits.getFirst();
    StringIndex names = new StringIndex();
    List<TensorInfo> tensors = new ArrayList<>();
    long base = 0;
    for (int i = 0; i < splits.size(); i++) {
      GgufFile split = splits.get(i);
      requireSplit(first, split, i, splits.size());
      for (TensorInfo t : split.tensors()) {
        if (names.add(t.name()) != tensors.size()) {
          throw new MalformedGgufException(
              split.fileName() + ": tensor " + t.name() + " is in an earlier part too");
        }
        long offset = base + split.dataOffset() + t.offset() - first.dataOffset();
        tensors.add(new TensorInfo(t.name(), t.type(), t.shape(), offset, t.bytes()));
      }
      base += sizes.get(i);
    }
    int expected = first.metadata().int32(TENSORS, tensors.size());
    if (expected != tensors.size()) {
      throw new MalformedGgufException(
          first.fileName()
              + ": "
              + TENSORS
              + " is "
              + expected
              + ", but the parts hold "
              + tensors.size()
              + "; are they of the same model?");
    }
    return new GgufFile(
        first.version(),
        first.metadata(),
        tensors,
        first.dataOffset(),
        first.alignment(),
        first.fileName());
  }

  /**
   * Whether another file begins where {@code split} ends: that of splits that were joined as bytes.
   *
   * @param bytes of the file that begins with {@code split}
   */
  public static boolean anotherFollows(GgufFile split, ByteView bytes) {
    long end = split.dataOffset() + split.dataBytes();
    long padded = (end + split.alignment() - 1) / split.alignment() * split.alignment();
    return isMagic(bytes, end) || isMagic(bytes, padded);
  }

  private static boolean isMagic(ByteView bytes, long at) {
    return bytes.size() - at >= 4 && bytes.getInt(at) == GgufReader.MAGIC;
  }

  /**
   * Checks what a split's header says of its number.
   *
   * @param index its place, from 0 on
   * @param count the number of splits
   * @throws MalformedGgufException when it is another split, or of another model
   */
  public static void requireSplit(GgufFile first, GgufFile split, int index, int count) {
    requireNumber(split, index, count);
    requireSameModel(first, split);
  }

  /** The only thing that splits behind the first say of their model is how many tensors it has. */
  private static void requireSameModel(GgufFile first, GgufFile split) {
    int expected = first.metadata().int32(TENSORS, -1);
    int own = split.metadata().int32(TENSORS, expected);
    if (own != expected) {
      throw new MalformedGgufException(
          split.fileName()
              + ": it is part of a model of "
              + own
              + " tensors, but "
              + first.fileName()
              + " of one of "
              + expected
              + "; put the files of one model together");
    }
  }

  private static void requireNumber(GgufFile split, int index, int count) {
    int number = split.metadata().int32(NUMBER, 0);
    if (number != index || count(split) != count) {
      throw new MalformedGgufException(
          split.fileName()
              + ": it is part "
              + (number + 1)
              + " of "
              + count(split)
              + " of a model, where part "
              + (index + 1)
              + " of "
              + count
              + " was wanted; name the first part, and keep the others beside it");
    }
  }
}
