package io.wasmchord.session;

import io.wasmchord.backend.KvType;
import io.wasmchord.bytes.ByteWriter;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidSessionException;
import io.wasmchord.model.CacheMarks;
import io.wasmchord.model.residency.CacheOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What stands in a saved session before the contents of its cache.
 *
 * @param model fingerprint of the model
 * @param context the longest sequence
 * @param options of the cache
 * @param marks of its contents
 * @param tokens whose keys and values these are
 * @param notes of whoever saved it, such as the messages of a conversation
 */
record SessionHead(
    long model, int context, CacheOptions options, CacheMarks marks, int[] tokens, String notes) {

  byte[] bytes() {
    ByteWriter out = new ByteWriter().put(model).put(context).put(options.type().label());
    out.put(options.checkpoints()).put(options.spacing());
    out.put(marks.first()).put(marks.encoded());
    out.put(marks.checkpoints().stream().mapToInt(p -> p).toArray());
    return out.put(tokens).put(notes).bytes();
  }

  /**
   * The head that these bytes spell. Every length is checked before anything is taken by it.
   *
   * @throws InvalidSessionException when they spell none
   */
  static SessionHead parse(byte[] bytes) {
    Cursor in = new Cursor(HeapMemory.wrap(bytes));
    long model = (in.int32() & 0xFFFFFFFFL) | ((long) in.int32() << 32);
    int context = in.int32();
    KvType type = type(new String(in.bytes(), StandardCharsets.UTF_8));
    CacheOptions options;
    try {
      options = new CacheOptions(type, in.int32(), in.int32());
    } catch (InvalidSessionException e) {
      throw e;
    } catch (ChordException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    int first = in.int32();
    int encoded = in.int32();
    List<Integer> checkpoints = new ArrayList<>();
    for (int position : in.ints()) {
      checkpoints.add(position);
    }
    int[] tokens = in.ints();
    String notes = new String(in.bytes(), StandardCharsets.UTF_8);
    if (in.left() != 0) {
      throw wrong("bytes after its end");
    }
    CacheMarks marks = new CacheMarks(tokens.length, first, encoded, checkpoints);
    return new SessionHead(model, context, options, marks, tokens, notes);
  }

  private static KvType type(String label) {
    for (KvType type : KvType.values()) {
      if (type.label().equals(label)) {
        return type;
      }
    }
    throw wrong("a type of cache that is not known");
  }

  static InvalidSessionException wrong(String what) {
    return new InvalidSessionException(
        "this is no session that can be restored: its head has " + what + "; save it anew");
  }

  /** Reads one thing after the other. */
  private static final class Cursor {
    private final HeapMemory bytes;
    private int at;

    Cursor(HeapMemory bytes) {
      this.bytes = bytes;
    }

    int left() {
      return (int) bytes.size() - at;
    }

    int int32() {
      require(1, 4);
      at += 4;
      return bytes.getInt(at - 4);
    }

    /** As many as a number before them says. */
    int[] ints() {
      int count = int32();
      require(count, 4);
      int[] values = new int[count];
      Arrays.setAll(values, i -> bytes.getInt(at + 4L * i));
      at += 4 * count;
      return values;
    }

    byte[] bytes() {
      int count = int32();
      require(count, 1);
      byte[] values = new byte[count];
      bytes.getBytes(at, values, 0, count);
      at += count;
      return values;
    }

    private void require(int count, int each) {
      if (count < 0 || (long) count * each > left()) {
        throw wrong("a length that reaches beyond its end");
      }
    }
  }
}
