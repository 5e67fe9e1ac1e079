package io.wasmchord.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.MalformedGgufException;
import io.wasmchord.quant.TensorType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GgufReaderTest {
  private static GgufFile parse(byte[] bytes) {
    return GgufReader.parse(HeapMemory.wrap(bytes), bytes.length, "f.gguf");
  }

  private static void refused(byte[] bytes, String part) {
    MalformedGgufException e = assertThrows(MalformedGgufException.class, () -> parse(bytes));
    assertTrue(e.getMessage().startsWith("f.gguf: "), e.getMessage());
    assertTrue(e.getMessage().contains(part), e.getMessage());
    assertEquals("malformed_gguf", e.code());
  }

  @Test
  void readsBackWhatIsWritten() {
    Metadata m = parse(Seeds.bytes(Seeds.withAllValues())).metadata();
    assertEquals(5, m.int32("int.UINT8"));
    assertEquals(5, m.int64("int.INT64"));
    assertArrayEquals(new int[] {1, 2, 3}, m.ints("ints.UINT16"));
    assertEquals(0.5f, m.float32("real"));
    assertArrayEquals(new float[] {1, 2}, m.floats("reals"));
    assertTrue(m.bool("bool", false));
    assertEquals("tänzer 😀", m.string("text"));
    assertEquals(List.of("a", "", "b"), m.strings("texts"));
    assertEquals(2, ((GgufValue.Arrays) m.value("nested")).length());
    assertEquals("otherwise", m.string("absent", "otherwise"));
  }

  @Test
  void findsTensorsAtAnyAlignment() {
    for (int alignment : new int[] {8, 32, 4096}) {
      GgufFile file = parse(Seeds.bytes(Seeds.withTensors(alignment)));
      assertEquals(alignment, file.alignment());
      assertEquals(0, file.dataOffset() % alignment);
      TensorInfo t = file.tensor("experts");
      assertEquals(TensorType.Q8_0, t.type());
      assertEquals(4, t.rows());
      assertEquals(4 * 34, t.bytes());
      assertNull(file.tensor("absent"));
    }
  }

  @Test
  void parsesFromAGrowingPrefix() {
    byte[] whole = Seeds.bytes(Seeds.withTensors(32));
    long end = parse(whole).dataOffset();
    for (int n = 24; n < end - 32; n++) {
      assertNull(GgufReader.tryParse(HeapMemory.wrap(Arrays.copyOf(whole, n)), whole.length, "f"));
    }
    assertNotNull(GgufReader.tryParse(HeapMemory.wrap(whole), -1, "f"));
  }

  @Test
  void typedAccessNamesKeyAndTypes() {
    Metadata m = parse(Seeds.bytes(Seeds.withAllValues())).metadata();
    String missing =
        assertThrows(MalformedGgufException.class, () -> m.string("absent")).getMessage();
    assertTrue(missing.contains("f.gguf") && missing.contains("absent"), missing);
    String wrong = assertThrows(MalformedGgufException.class, () -> m.int32("text")).getMessage();
    assertTrue(wrong.contains("text is STRING, not an integer"), wrong);
    assertThrows(MalformedGgufException.class, () -> m.strings("reals"));
    assertThrows(MalformedGgufException.class, () -> m.float32("int.UINT8"));
  }

  @Test
  void refusesWhatIsNoGgufOfThisKind() {
    refused("<!doctype html><html>....".getBytes(StandardCharsets.UTF_8), "<!doctype html>");
    refused(new byte[0], "has 0 bytes");
    byte[] v1 = Seeds.bytes(Seeds.withAllValues());
    v1[4] = 1;
    refused(v1, "version 1 is obsolete");
    v1[4] = 9;
    refused(v1, "GGUF version 9");
    byte[] bigEndian = Seeds.bytes(Seeds.withAllValues());
    bigEndian[4] = 0;
    bigEndian[7] = 3;
    refused(bigEndian, "big-endian");
  }

  @Test
  void versionTwoIsRead() {
    byte[] v2 = Seeds.bytes(Seeds.withTensors(32));
    v2[4] = 2;
    assertEquals(2, parse(v2).version());
  }

  @Test
  void checksTheTensorTable() {
    byte[] whole = Seeds.bytes(Seeds.withTensors(32));
    refused(Arrays.copyOf(whole, whole.length - 1), "cut short");
    refused(Seeds.bytes(twice("a", "a")), "listed twice");
    byte[] overlapping = Seeds.bytes(twice("aaaa", "bbbb"));
    int at = new String(overlapping, StandardCharsets.ISO_8859_1).indexOf("bbbb") + 4 + 4 + 8 + 4;
    overlapping[at] = 0;
    refused(overlapping, "overlap");
    overlapping[at] = 3;
    refused(overlapping, "not a multiple of 32");
    overlapping[at - 4] = 77;
    refused(overlapping, "unknown type 77");
    overlapping[at - 4] = (byte) TensorType.Q4_K.id();
    refused(overlapping, "do not divide");
    overlapping[at - 5] = 127;
    refused(overlapping, "impossible dimension");
    overlapping[at - 16] = 5;
    refused(overlapping, "5 dimensions");
  }

  private static GgufWriter twice(String first, String second) {
    GgufWriter writer = new GgufWriter(32);
    for (String name : List.of(first, second)) {
      writer.tensor(Seeds.info(name, TensorType.F32, 8L), sink -> sink.write(new byte[32], 0, 32));
    }
    return writer;
  }
}
