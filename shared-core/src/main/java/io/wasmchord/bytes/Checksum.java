package io.wasmchord.bytes;

/**
 * A checksum of 64 bits over bytes that come in pieces; how they are cut makes no difference. It
 * finds what went wrong by chance, such as a changed byte, and is no proof against who wants to
 * deceive.
 */
public final class Checksum {
  private static final long ODD = 0x9E3779B97F4A7C15L;

  private long value = ODD;
  private long word; // of bytes that are no whole word yet
  private int held; // of these
  private long all;

  /** Takes bytes. */
  public void add(byte[] bytes) {
    int i = 0;
    for (; i < bytes.length && held > 0; i++) {
      add(bytes[i]);
    }
    for (; i + 8 <= bytes.length; i += 8) {
      long next = 0;
      for (int k = 7; k >= 0; k--) {
        next = (next << 8) | (bytes[i + k] & 0xFF);
      }
      mix(next);
    }
    for (; i < bytes.length; i++) {
      add(bytes[i]);
    }
    all += bytes.length;
  }

  private void add(byte one) {
    word |= (one & 0xFFL) << (8 * held);
    held++;
    if (held == 8) {
      mix(word);
      word = 0;
      held = 0;
    }
  }

  private void mix(long next) {
    value = (value ^ next) * ODD; // odd: no two words give the same
    value ^= value >>> 29;
  }

  /** One that goes on from here by itself. */
  public Checksum copy() {
    Checksum other = new Checksum();
    other.value = value;
    other.word = word;
    other.held = held;
    other.all = all;
    return other;
  }

  /** The checksum of all bytes so far. */
  public long value() {
    long last = (value ^ word) * ODD;
    last = (last ^ (last >>> 32) ^ all) * ODD;
    return last ^ (last >>> 29);
  }
}
