package io.wasmchord.web.wgsl.attention;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.backend.KvType;
import io.wasmchord.math.Float16;

/**
 * How a layer's keys and values lie in words. Keys lie as [head][run of 16 places][element][16
 * places], so that threads, one a place, read side by side; values as [head][place][element]. An
 * element is a word: a float32; two float16, the first one lower, an odd last one beside zeros; or
 * of Q8_0 of every 32 values first the scale as a float32, then eight words of four integers.
 *
 * @param type of the cache
 * @param heads of keys and values
 * @param capacity places
 */
public record KvWords(KvType type, KvSpec.Heads heads, int capacity) {
  private static final int RUN = KvSpec.RUN;
  private static final int BLOCK = 32;
  private static final int BLOCK_WORDS = 9;

  /** A layer's. */
  public static KvWords of(KvSpec spec, int layer) {
    return new KvWords(spec.type(), spec.heads(layer), spec.capacity(layer));
  }

  /** Elements of {@code values} values. */
  static int elements(KvType type, int values) {
    return switch (type) {
      case F32 -> values;
      case F16 -> (values + 1) / 2;
      case Q8_0 -> values / BLOCK * BLOCK_WORDS;
    };
  }

  private int elements(Part part) {
    return elements(type, values(part));
  }

  private int values(Part part) {
    return part == Part.KEYS ? heads.keyDim() : heads.valueDim();
  }

  /** Words of all keys, or of all values. */
  public long words(Part part) {
    return (long) heads.count() * capacity * elements(part);
  }

  private int word(Part part, int head, int place, int element) {
    int n = elements(part);
    return part == Part.KEYS
        ? ((head * capacity + place) / RUN * n + element) * RUN + place % RUN
        : (head * capacity + place) * n + element;
  }

  /**
   * Copies positions out of a layer's words, as {@link io.wasmchord.backend.KvPiece} orders them.
   *
   * @param words all keys, or all values
   * @param first position
   * @param count positions
   */
  public void read(Part part, int[] words, int first, int count, byte[] to) {
    int bytes = (int) type.bytes(values(part));
    for (int i = 0; i < count * heads.count(); i++) {
      int head = i % heads.count();
      int place = (first + i / heads.count()) % capacity;
      for (int b = 0; b < bytes; b++) {
        to[i * bytes + b] = (byte) storedByte(part, words, head, place, b);
      }
    }
  }

  /** Copies positions into a layer's words. */
  public void write(Part part, int[] words, int first, int count, byte[] from) {
    int bytes = (int) type.bytes(values(part));
    for (int i = 0; i < count * heads.count(); i++) {
      int head = i % heads.count();
      int place = (first + i / heads.count()) % capacity;
      for (int e = 0; e < elements(part); e++) {
        words[word(part, head, place, e)] = element(from, i * bytes, bytes, e);
      }
    }
  }

  private int storedByte(Part part, int[] words, int head, int place, int b) {
    if (type != KvType.Q8_0) {
      return words[word(part, head, place, b >> 2)] >> (8 * (b & 3));
    }
    int blockBytes = (int) type.bytes(BLOCK);
    int block = b / blockBytes;
    int within = b % blockBytes;
    if (within < 2) {
      int scale = words[word(part, head, place, block * BLOCK_WORDS)];
      return Float16.fromFloat(Float.intBitsToFloat(scale)) >> (8 * within);
    }
    int quant = within - 2;
    int at = block * BLOCK_WORDS + 1 + (quant >> 2);
    return words[word(part, head, place, at)] >> (8 * (quant & 3));
  }

  private int element(byte[] from, int at, int bytes, int e) {
    if (type != KvType.Q8_0) {
      return fourBytes(from, at + 4 * e, Math.min(4, bytes - 4 * e));
    }
    int block = at + e / BLOCK_WORDS * (int) type.bytes(BLOCK);
    int within = e % BLOCK_WORDS;
    return within == 0
        ? Float.floatToRawIntBits(Float16.toFloat(fourBytes(from, block, 2)))
        : fourBytes(from, block + 2 + 4 * (within - 1), 4);
  }

  private static int fourBytes(byte[] from, int at, int count) {
    int word = 0;
    for (int i = 0; i < count; i++) {
      word |= (from[at + i] & 0xFF) << (8 * i);
    }
    return word;
  }
}
