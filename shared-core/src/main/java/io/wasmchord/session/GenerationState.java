package io.wasmchord.session;

import io.wasmchord.bytes.ByteWriter;
import io.wasmchord.bytes.Checksum;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.InvalidSessionException;

/**
 * An answer that is under way: with it and the same options an answer goes on as if it had never
 * been interrupted, whatever samplers and constraint it has. It is small, and fit to be written
 * down after every token.
 *
 * @param prompt the prompt's tokens
 * @param answer the answer's tokens so far
 * @param sampler what the samplers keep from token to token
 */
public record GenerationState(int[] prompt, int[] answer, long[] sampler) {
  private static final int VERSION = 1;
  private static final int SUM = 8;

  /** The state as bytes. */
  public byte[] bytes() {
    ByteWriter out = new ByteWriter().put(VERSION).put(prompt).put(answer).put(sampler.length);
    for (long word : sampler) {
      out.put(word);
    }
    Checksum checksum = new Checksum();
    checksum.add(out.bytes());
    return out.put(checksum.value()).bytes();
  }

  /**
   * The state of {@link #bytes}.
   *
   * @throws InvalidSessionException when it is damaged or of another version
   */
  public static GenerationState of(byte[] bytes) {
    HeapMemory in = HeapMemory.wrap(bytes);
    int body = bytes.length - SUM;
    Checksum checksum = new Checksum();
    if (body >= 0) {
      byte[] summed = new byte[body];
      in.getBytes(0, summed, 0, body);
      checksum.add(summed);
    }
    if (body < 16 || in.getLong(body) != checksum.value() || in.getInt(0) != VERSION) {
      throw damaged();
    }
    int[] prompt = ints(in, 4, body);
    int[] answer = ints(in, 8 + 4 * prompt.length, body);
    int at = 12 + 4 * (prompt.length + answer.length);
    int words = at + 4 <= body ? in.getInt(at) : -1;
    if (words < 0 || at + 4 + 8L * words != body) {
      throw damaged();
    }
    long[] sampler = new long[words];
    for (int i = 0; i < words; i++) {
      sampler[i] = in.getLong(at + 4 + 8L * i);
    }
    return new GenerationState(prompt, answer, sampler);
  }

  private static int[] ints(HeapMemory in, int at, int end) {
    int count = at + 4 <= end ? in.getInt(at) : -1;
    if (count < 0 || at + 4 + 4L * count > end) {
      throw damaged();
    }
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.getInt(at + 4 + 4L * i);
    }
    return values;
  }

  private static InvalidSessionException damaged() {
    return new InvalidSessionException(
        "the journal of an answer is damaged, or of another version; ask again");
  }
}
