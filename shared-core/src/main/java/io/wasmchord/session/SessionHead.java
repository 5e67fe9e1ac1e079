package io.wasmchord.session;

import io.wasmchord.backend.KvType;
import io.wasmchord.bytes.ByteWriter;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidSessionException;
import io.wasmchord.model.CacheMarks;
import io.wasmchord.model.residency.CacheOptions;
import java.util.ArrayList;
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
    SavedBytes in = new SavedBytes(bytes, SessionHead::wrong);
    long model = in.int64();
    int context = in.int32();
    KvType type = type(in.text());
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
    String notes = in.text();
    in.requireEnd();
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
}
