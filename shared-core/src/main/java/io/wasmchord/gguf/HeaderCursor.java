package io.wasmchord.gguf;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.errors.MalformedGgufException;
import io.wasmchord.host.RunControl;
import java.nio.charset.StandardCharsets;

/**
 * Reads on through a prefix of a file; nothing is allocated before its bytes are known to be there.
 */
final class HeaderCursor {
  /** More bytes are needed than the prefix has. Not an error of the file. */
  static final class NeedMore extends RuntimeException {
    NeedMore() {
      super(null, null, false, false);
    }
  }

  /** The largest headers of models that are known have 30 MB. */
  private static final long MOST_BYTES = 1 << 27;

  /** The largest vocabularies have 262,144 tokens and 520,000 merges. */
  private static final int MOST_TEXTS = 1 << 21;

  private static final int MOST_NUMBERS = 1 << 23;
  private static final int CHECKED = 1024; // texts and arrays between two looks at the control

  private final ByteView bytes;
  private final long fileSize;
  private final String file;
  private final RunControl control;
  private long position;
  private int texts;
  private int numbers;
  private int steps;

  /**
   * @param fileSize bytes of the whole file, or -1 where unknown
   */
  HeaderCursor(ByteView bytes, long fileSize, String file, RunControl control) {
    this.bytes = bytes;
    this.fileSize = fileSize;
    this.file = file;
    this.control = control;
  }

  long position() {
    return position;
  }

  /** The offset of the next {@code count} bytes, which are then passed. */
  private long take(long count, String what) {
    if (count < 0 || (fileSize >= 0 && count > fileSize - position)) {
      throw malformed(
          what
              + " at byte "
              + position
              + " reaches beyond the end of the file; it is cut short or damaged");
    }
    if (count > MOST_BYTES - position) {
      throw malformed(
          what
              + " at byte "
              + position
              + " reaches beyond "
              + MOST_BYTES
              + " bytes; no model's header is so long");
    }
    if (count > bytes.size() - position) {
      throw new NeedMore();
    }
    long at = position;
    position += count;
    return at;
  }

  int int32(String what) {
    return bytes.getInt(take(4, what));
  }

  long int64(String what) {
    return bytes.getLong(take(8, what));
  }

  /**
   * A count of things that take at least {@code minimumBytes} each, so that a wild count is refused
   * before it costs anything.
   */
  int count(String what, int minimumBytes) {
    long count = int64(what);
    long limit = fileSize >= 0 ? (fileSize - position) / minimumBytes : Integer.MAX_VALUE / 16;
    if (count < 0 || count > limit || count > Integer.MAX_VALUE / 16) {
      throw malformed(
          what + " is " + Long.toUnsignedString(count) + ", more than the file can hold");
    }
    return (int) count;
  }

  /**
   * Takes {@code count} values of an array from what a header may have in all, before they are
   * read.
   */
  void reserve(GgufType element, int count, String what) {
    boolean small = element == GgufType.STRING || element == GgufType.ARRAY;
    int left = small ? MOST_TEXTS - texts : MOST_NUMBERS - numbers;
    if (count > left) {
      throw malformed(
          what
              + " has "
              + count
              + " entries; of texts and arrays a header may have "
              + MOST_TEXTS
              + " in all, of numbers "
              + MOST_NUMBERS);
    }
    if (small) {
      texts += count;
    } else {
      numbers += count;
    }
  }

  /** Looks at the control now and then. */
  void step() {
    if (++steps % CHECKED == 0) {
      control.check();
    }
  }

  /**
   * A length and that many bytes of UTF-8; malformed bytes become U+FFFD, as real vocabularies hold
   * some.
   */
  String string(String what) {
    return stringOf("the length of " + what, what);
  }

  /** The same, with a name for the length. */
  String stringOf(String itsLength, String what) {
    step();
    int length = count(itsLength, 1);
    long at = take(length, what);
    if (length == 0) {
      return "";
    }
    byte[] utf8 = new byte[length];
    bytes.getBytes(at, utf8, 0, length);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** A number of {@code type}, sign- or zero-extended. */
  long integer(GgufType type, String what) {
    long at = take(type.bytes(), what);
    return switch (type) {
      case UINT8, BOOL -> bytes.getByte(at) & 0xFF;
      case INT8 -> bytes.getByte(at);
      case UINT16 -> bytes.getShort(at) & 0xFFFF;
      case INT16 -> bytes.getShort(at);
      case UINT32 -> bytes.getInt(at) & 0xFFFFFFFFL;
      case INT32 -> bytes.getInt(at);
      default -> bytes.getLong(at);
    };
  }

  double real(GgufType type, String what) {
    long at = take(type.bytes(), what);
    return type == GgufType.FLOAT32
        ? bytes.getFloat(at)
        : Double.longBitsToDouble(bytes.getLong(at));
  }

  /**
   * Throws {@link NeedMore} or an error unless {@code count} more bytes are there; reads none of
   * them.
   */
  void requireThere(long count, String what) {
    position = take(count, what);
  }

  MalformedGgufException malformed(String message) {
    return new MalformedGgufException(file + ": " + message);
  }
}
