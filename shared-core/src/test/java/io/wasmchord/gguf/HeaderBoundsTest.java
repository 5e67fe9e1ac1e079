package io.wasmchord.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.MalformedGgufException;
import io.wasmchord.host.RunControl;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Headers of many tiny values: refused before they cost anything, and stopped on request. */
class HeaderBoundsTest {
  private static final long HUGE = 1L << 30;

  /** A file of zeros behind its first bytes, as a sparse one is; it counts what is read of it. */
  private static final class Sparse implements ByteView {
    private final HeapMemory start;
    private long reads;

    Sparse(byte[] start) {
      this.start = HeapMemory.wrap(start);
    }

    private boolean written(long offset, int bytes) {
      reads++;
      return offset + bytes <= start.size();
    }

    @Override
    public long size() {
      return HUGE;
    }

    @Override
    public byte getByte(long offset) {
      return written(offset, 1) ? start.getByte(offset) : 0;
    }

    @Override
    public short getShort(long offset) {
      return written(offset, 2) ? start.getShort(offset) : 0;
    }

    @Override
    public int getInt(long offset) {
      return written(offset, 4) ? start.getInt(offset) : 0;
    }

    @Override
    public long getLong(long offset) {
      return written(offset, 8) ? start.getLong(offset) : 0;
    }

    @Override
    public void getBytes(long offset, byte[] dst, int dstOffset, int length) {
      for (int i = 0; i < length; i++) {
        dst[dstOffset + i] = getByte(offset + i);
      }
    }

    @Override
    public void getFloats(long offset, float[] dst, int dstOffset, int count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ByteView slice(long offset, long length) {
      throw new UnsupportedOperationException();
    }
  }

  /** A header whose only value is an array that claims {@code count} elements. */
  private static byte[] array(GgufType element, long count) {
    byte[] bytes = Seeds.bytes(new GgufWriter(32).put("k", empty(element)));
    int at = 24 + 8 + 1 + 4 + 4; // behind the counts, the key, both types
    for (int i = 0; i < 8; i++) {
      bytes[at + i] = (byte) (count >> (8 * i));
    }
    return Arrays.copyOf(bytes, at + 8);
  }

  private static GgufValue empty(GgufType element) {
    return switch (element) {
      case STRING -> new GgufValue.Texts(List.of());
      case ARRAY -> new GgufValue.Arrays(List.of());
      case FLOAT32, FLOAT64 -> new GgufValue.Reals(element, new double[0]);
      default -> new GgufValue.Ints(element, new long[0]);
    };
  }

  /** A sparse file of 1 GB may hold 134 million empty texts, or a billion bytes. */
  @ParameterizedTest
  @EnumSource(GgufType.class)
  void moreValuesThanAnyModelHasAreRefusedUnread(GgufType element) {
    int bytes = element == GgufType.ARRAY ? 12 : element == GgufType.STRING ? 8 : element.bytes();
    Sparse file = new Sparse(array(element, Math.min(HUGE / bytes - 16, Integer.MAX_VALUE / 16)));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    String message =
        assertThrows(
                MalformedGgufException.class, () -> GgufReader.parse(file, HUGE, "sparse.gguf"))
            .getMessage();
    assertTrue(message.startsWith("sparse.gguf: k has "), message);
    assertTrue(message.contains("a header may have"), message);
    assertTrue(file.reads < 100, file.reads + " reads");
    assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 2_000_000, "allocated");
  }

  /** The same in many arrays, each of which might be one of a model's. */
  @Test
  void theBoundIsOnAllValuesTogether() {
    GgufWriter writer = new GgufWriter(32);
    for (int i = 0; i < 40; i++) {
      writer.put("k" + i, new GgufValue.Texts(Collections.nCopies(60_000, "")));
    }
    byte[] bytes = Seeds.bytes(writer);
    String message =
        assertThrows(
                MalformedGgufException.class,
                () -> GgufReader.parse(HeapMemory.wrap(bytes), bytes.length, "many"))
            .getMessage();
    assertTrue(message.contains("2097152"), message);
  }

  @Test
  void countsOfTensorsAndPairsAreBounded() {
    for (int at : new int[] {8, 16}) {
      byte[] bytes = Seeds.bytes(new GgufWriter(32));
      bytes[at + 2] = 3; // 196,608
      Sparse file = new Sparse(bytes);
      String message =
          assertThrows(MalformedGgufException.class, () -> GgufReader.parse(file, HUGE, "x"))
              .getMessage();
      assertTrue(message.contains("more than any model has"), message);
      assertTrue(file.reads < 10, file.reads + " reads");
    }
  }

  @Test
  void aTextThatReachesBeyondAnyHeaderIsRefused() {
    byte[] bytes = Seeds.bytes(new GgufWriter(32).put("k", new GgufValue.Text("")));
    Arrays.fill(bytes, 24 + 8 + 1 + 4, 24 + 8 + 1 + 4 + 3, (byte) 0xFF);
    bytes[24 + 8 + 1 + 4 + 3] = 0x07; // 128 MiB of text
    String message =
        assertThrows(
                MalformedGgufException.class,
                () -> GgufReader.parse(new Sparse(bytes), HUGE, "long"))
            .getMessage();
    assertTrue(message.contains("no model's header is so long"), message);
  }

  /** The largest vocabulary that is known, and twice its merges. */
  private static Metadata largeVocabulary() {
    int size = 262_144;
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      tokens.add(i < 256 ? String.valueOf((char) (0x100 + i)) : "t" + Integer.toString(i, 36));
    }
    tokens.set(0, "a");
    tokens.set(1, "b");
    tokens.set(2, "ab");
    GgufWriter writer =
        new GgufWriter(32)
            .put("tokenizer.ggml.model", new GgufValue.Text("gpt2"))
            .put("tokenizer.ggml.pre", new GgufValue.Text("gpt-2"))
            .put("tokenizer.ggml.tokens", new GgufValue.Texts(tokens))
            .put(
                "tokenizer.ggml.token_type",
                new GgufValue.Ints(
                    GgufType.INT32,
                    Collections.nCopies(size, 1L).stream().mapToLong(Long::longValue).toArray()))
            .put(
                "tokenizer.ggml.merges",
                new GgufValue.Texts(Collections.nCopies(1_040_000, "a b")));
    byte[] bytes = Seeds.bytes(writer);
    return Objects.requireNonNull(
            GgufReader.tryParse(HeapMemory.wrap(bytes), bytes.length, "large"))
        .metadata();
  }

  /** Counts looks, and cancels at one of them. */
  private static final class Stop implements RunControl {
    private final int at;
    private int looks;

    Stop(int at) {
      this.at = at;
    }

    @Override
    public boolean cancelled() {
      return ++looks >= at;
    }
  }

  @Test
  void aLargeVocabularyLoadsAndEveryStageHearsAnAbort() {
    Metadata metadata = largeVocabulary();
    Stop never = new Stop(Integer.MAX_VALUE);
    Tokenizer tokenizer = Tokenizers.of(metadata, Normalization.AUTHORS, never);
    assertEquals(262_144, tokenizer.size());
    assertTrue(never.looks > 262_144 / 1024 * 2 + 1_000_000 / 1024, never.looks + " looks");
    for (int at : new int[] {1, 300, never.looks - 1}) {
      Stop stop = new Stop(at);
      assertThrows(
          CancelledException.class, () -> Tokenizers.of(metadata, Normalization.AUTHORS, stop));
      assertEquals(at, stop.looks);
    }
  }

  @Test
  void aHeaderHearsAnAbort() {
    GgufWriter writer =
        new GgufWriter(32).put("k", new GgufValue.Texts(Collections.nCopies(200_000, "x")));
    byte[] bytes = Seeds.bytes(writer);
    HeapMemory memory = HeapMemory.wrap(bytes);
    Stop never = new Stop(Integer.MAX_VALUE);
    assertNotNull(GgufReader.tryParse(memory, bytes.length, "x", never));
    assertTrue(never.looks >= 200_000 / 1024, never.looks + " looks");
    Stop stop = new Stop(7);
    assertThrows(CancelledException.class, () -> GgufReader.parse(memory, bytes.length, "x", stop));
    assertEquals(7, stop.looks);
  }
}
