package io.wasmchord.web.assembler;

import java.util.Arrays;

/** A growing array of bytes with the encodings of the binary format (core specification, 5.2). */
public final class ByteSink {
  private byte[] bytes = new byte[256];
  private int size;

  ByteSink u8(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
    return this;
  }

  /** Unsigned LEB128. */
  ByteSink u32(int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      u8((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    return u8(rest);
  }

  /** Signed LEB128. */
  ByteSink s64(long value) {
    long rest = value;
    while (rest < -64 || rest > 63) {
      u8((int) (rest & 0x7F) | 0x80);
      rest >>= 7;
    }
    return u8((int) rest & 0x7F);
  }

  ByteSink f32(float value) {
    int bits = Float.floatToRawIntBits(value);
    for (int i = 0; i < 4; i++) {
      u8(bits >> (8 * i));
    }
    return this;
  }

  ByteSink name(String ascii) {
    u32(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      u8(ascii.charAt(i));
    }
    return this;
  }

  ByteSink op(Opcode opcode) {
    if (opcode.prefix == 0) {
      return u8(opcode.code);
    }
    return u8(opcode.prefix).u32(opcode.code);
  }

  ByteSink append(ByteSink other) {
    for (int i = 0; i < other.size; i++) {
      u8(other.bytes[i]);
    }
    return this;
  }

  int size() {
    return size;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }
}
