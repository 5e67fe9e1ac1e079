package io.wasmchord.gguf;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.errors.MalformedGgufException;
import io.wasmchord.maps.StringIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that llama.cpp's {@code gguf-split} cut into several files, {@code
 * name-00001-of-00003.gguf} and so on. The first file has all metadata; each has its own tensors.
 * Taken together they are one file: the bytes of all parts, one after the other.
 */
public final class SplitGguf {
  private static final String COUNT = "split.count";
  private static final String NUMBER = "split.no";
  private static final String TENSORS = "split.tensors.count";

  /**
   * The most files that a model may have: some times those of the largest that are published, and
   * few enough to be asked for because a header says so.
   */
  public static final int MAX_PARTS = 1000;

  private SplitGguf() {}

  /**
   * The number of files that a header says the model has; 1 where it is whole.
   *
   * @throws MalformedGgufException when the number is no sensible one
   */
  public static int parts(GgufFile file) {
    int count = file.metadata().int32(COUNT, 1);
    if (count < 0 || count > MAX_PARTS) {
      throw new MalformedGgufException(
          file.fileName() + ": " + COUNT + " is " + count + ", not 1 to " + MAX_PARTS);
    }
    return Math.max(1, count);
  }

  /**
   * One header over the bytes of all parts, one after the other.
   *
   * @param parts their headers in order
   * @param sizes their bytes
   * @throws MalformedGgufException when they do not belong together
   */
  public static GgufFile merge(List<GgufFile> parts, List<Long> sizes) {
    GgufFile first = parts.getFirst();
    StringIndex names = new StringIndex();
    List<TensorInfo> tensors = new ArrayList<>();
    long base = 0;
    for (int i = 0; i < parts.size(); i++) {
      GgufFile part = parts.get(i);
      requirePart(first, part, i, parts.size());
      for (TensorInfo t : part.tensors()) {
        if (names.add(t.name()) != tensors.size()) {
          throw new MalformedGgufException(
              part.fileName() + ": tensor " + t.name() + " is in an earlier part too");
        }
        long offset = base + part.dataOffset() + t.offset() - first.dataOffset();
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
   * Whether another file begins where {@code part} ends: that of parts that were joined as bytes.
   *
   * @param bytes of the file that begins with {@code part}
   */
  public static boolean anotherFollows(GgufFile part, ByteView bytes) {
    long end = part.dataOffset() + part.dataBytes();
    long padded = (end + part.alignment() - 1) / part.alignment() * part.alignment();
    return isMagic(bytes, end) || isMagic(bytes, padded);
  }

  private static boolean isMagic(ByteView bytes, long at) {
    return bytes.size() - at >= 4 && bytes.getInt(at) == GgufReader.MAGIC;
  }

  /**
   * Checks what a part's header says of its place.
   *
   * @param index its place, from 0 on
   * @param count the number of parts
   * @throws MalformedGgufException when it is another part, or of another model
   */
  public static void requirePart(GgufFile first, GgufFile part, int index, int count) {
    requirePlace(part, index, count);
    requireSameModel(first, part);
  }

  /** The only thing that parts behind the first say of their model is how many tensors it has. */
  private static void requireSameModel(GgufFile first, GgufFile part) {
    int expected = first.metadata().int32(TENSORS, -1);
    int own = part.metadata().int32(TENSORS, expected);
    if (own != expected) {
      throw new MalformedGgufException(
          part.fileName()
              + ": it is part of a model of "
              + own
              + " tensors, but "
              + first.fileName()
              + " of one of "
              + expected
              + "; put the files of one model together");
    }
  }

  private static void requirePlace(GgufFile part, int index, int count) {
    int number = part.metadata().int32(NUMBER, 0);
    if (number != index || parts(part) != count) {
      throw new MalformedGgufException(
          part.fileName()
              + ": it is part "
              + (number + 1)
              + " of "
              + parts(part)
              + " of a model, where part "
              + (index + 1)
              + " of "
              + count
              + " was wanted; name the first part, and keep the others beside it");
    }
  }
}
