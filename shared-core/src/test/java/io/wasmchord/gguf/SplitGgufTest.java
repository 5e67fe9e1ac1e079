package io.wasmchord.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.MalformedGgufException;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

/** What headers say of a split model's parts. */
class SplitGgufTest {
  private static GgufFile part(int number, int count, int tensors) {
    GgufWriter writer = new GgufWriter(32);
    writer.put("split.no", new GgufValue.Int(GgufType.UINT16, number));
    writer.put("split.count", new GgufValue.Int(GgufType.INT32, count));
    writer.put("split.tensors.count", new GgufValue.Int(GgufType.INT32, tensors));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out::write);
    byte[] bytes = out.toByteArray();
    return GgufReader.parse(HeapMemory.wrap(bytes), bytes.length, "part");
  }

  @Test
  void aModelHasSoManyPartsAtMost() {
    assertEquals(1, SplitGguf.count(part(0, 0, 1)));
    assertEquals(SplitGguf.MAX_SPLITS, SplitGguf.count(part(0, SplitGguf.MAX_SPLITS, 1)));
    for (int count : new int[] {SplitGguf.MAX_SPLITS + 1, 99_999, Integer.MAX_VALUE, -1}) {
      String message =
          assertThrows(MalformedGgufException.class, () -> SplitGguf.count(part(0, count, 1)))
              .getMessage();
      assertTrue(message.contains("split.count is " + count), message);
    }
  }

  @Test
  void aPartIsTheNextOneOfTheSameModelOrRefused() {
    GgufFile first = part(0, 3, 7);
    SplitGguf.requireSplit(first, part(1, 3, 7), 1, 3);
    for (GgufFile other : new GgufFile[] {first, part(2, 3, 7), part(1, 4, 7), part(1, 3, 8)}) {
      assertThrows(MalformedGgufException.class, () -> SplitGguf.requireSplit(first, other, 1, 3));
    }
  }
}
