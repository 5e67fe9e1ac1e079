package io.wasmchord.gguf;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.errors.MalformedGgufException;
import io.wasmchord.host.RunControl;
import io.wasmchord.maps.StringIndex;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses GGUF headers, versions 2 and 3, little-endian, as the specification in ggml's {@code
 * docs/gguf.md} lays them out. A file is untrusted: every length, count, offset and type is checked
 * before it is used.
 */
public final class GgufReader {
  static final int MAGIC = 0x46554747; // "GGUF"
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAX_ALIGNMENT = 1 << 20;
  private static final int MOST_ENTRIES = 1 << 17; // tensors, and pairs
  private static final int LEAST_PAIR = 8 + 4 + 1; // bytes of an empty key and a one-byte value

  private final HeaderCursor in;
  private final long fileSize;
  private final String file;

  private GgufReader(ByteView bytes, long fileSize, String file, RunControl control) {
    this.in = new HeaderCursor(bytes, fileSize, file, control);
    this.fileSize = fileSize;
    this.file = file;
  }

  /** As the other, and never stopped. */
  public static @Nullable GgufFile tryParse(ByteView prefix, long fileSize, String file) {
    return tryParse(prefix, fileSize, file, RunControl.NONE);
  }

  /**
   * Parses a header from the first bytes of a file.
   *
   * @param prefix the file's first bytes
   * @param fileSize bytes of the whole file, or -1 where unknown
   * @param file the file's name, for messages
   * @return the header, or null when it goes on behind the prefix
   * @throws MalformedGgufException when no continuation of the prefix could be a GGUF file that
   *     this version reads, or its header is larger than any model's
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it
   */
  public static @Nullable GgufFile tryParse(
      ByteView prefix, long fileSize, String file, RunControl control) {
    try {
      return new GgufReader(prefix, fileSize, file, control).read(prefix);
    } catch (HeaderCursor.NeedMore more) {
      return null;
    }
  }

  /** As the other, and never stopped. */
  public static GgufFile parse(ByteView bytes, long fileSize, String file) {
    return parse(bytes, fileSize, file, RunControl.NONE);
  }

  /**
   * Parses a header of which all bytes are there.
   *
   * @throws MalformedGgufException when the bytes are not a GGUF file that this version reads
   */
  public static GgufFile parse(ByteView bytes, long fileSize, String file, RunControl control) {
    GgufFile parsed = tryParse(bytes, fileSize, file, control);
    if (parsed == null) {
      throw new MalformedGgufException(
          file
              + ": the header goes on behind the "
              + bytes.size()
              + " bytes that are there; the file is cut short");
    }
    return parsed;
  }

  private GgufFile read(ByteView prefix) {
    checkMagic(prefix);
    int version = version();
    int tensorCount = count("the number of tensors", TensorTable.leastBytes());
    int pairCount = count("the number of metadata pairs", LEAST_PAIR);
    Metadata metadata = metadata(pairCount);
    int alignment = alignment(metadata);
    TensorTable table = new TensorTable(in);
    List<TensorInfo> tensors = table.read(tensorCount, alignment);
    long dataOffset = (in.position() + alignment - 1) / alignment * alignment;
    table.checkPlaces(tensors, fileSize < 0 ? -1 : Math.max(0, fileSize - dataOffset));
    return new GgufFile(version, metadata, tensors, dataOffset, alignment, file);
  }

  private int count(String what, int leastBytes) {
    int count = in.count(what, leastBytes);
    if (count > MOST_ENTRIES) {
      throw in.malformed(what + " is " + count + ", more than any model has: " + MOST_ENTRIES);
    }
    return count;
  }

  private void checkMagic(ByteView prefix) {
    if (fileSize >= 0 && fileSize < 24) {
      throw in.malformed("has " + fileSize + " bytes; a GGUF file has at least 24");
    }
    int magic = in.int32("the magic number");
    if (magic != MAGIC) {
      throw in.malformed(
          "is not a GGUF file: it begins with " + beginning(prefix) + ", not with \"GGUF\"");
    }
  }

  private static String beginning(ByteView prefix) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < Math.min(16, prefix.size()); i++) {
      int b = prefix.getByte(i);
      text.append(b >= 0x20 && b < 0x7F ? (char) b : '.');
    }
    return text.append('"').toString();
  }

  private int version() {
    int version = in.int32("the version");
    if (version == 2 || version == 3) {
      return version;
    }
    if ((version & 0xFFFF) == 0 && version != 0) {
      throw in.malformed(
          "is a big-endian GGUF file; convert the model again for little-endian machines");
    }
    String remedy =
        version == 1
            ? "version 1 is obsolete: convert the model again"
            : "this version of wasm-chord reads 2 and 3";
    throw in.malformed("has GGUF version " + Integer.toUnsignedString(version) + "; " + remedy);
  }

  private Metadata metadata(int count) {
    StringIndex keys = new StringIndex();
    List<GgufValue> values = new ArrayList<>();
    ValueReader reader = new ValueReader(in);
    for (int i = 0; i < count; i++) {
      String key = in.string("a metadata key");
      if (key.isEmpty() || key.length() > 65535) {
        throw in.malformed("metadata key " + i + " has " + key.length() + " characters");
      }
      if (keys.add(key) != i) {
        throw in.malformed("metadata key " + key + " stands twice");
      }
      values.add(reader.read(key));
    }
    return new Metadata(keys, values, file);
  }

  private int alignment(Metadata metadata) {
    int alignment = metadata.int32("general.alignment", DEFAULT_ALIGNMENT);
    if (alignment < 8 || alignment > MAX_ALIGNMENT || (alignment & (alignment - 1)) != 0) {
      throw in.malformed(
          "general.alignment is " + alignment + ", not a power of two from 8 to " + MAX_ALIGNMENT);
    }
    return alignment;
  }
}
