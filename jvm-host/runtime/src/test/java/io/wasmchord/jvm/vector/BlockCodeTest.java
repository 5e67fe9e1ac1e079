package io.wasmchord.jvm.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.IQ4_XS;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.Q5_0;
import io.wasmchord.quant.format.Q6_K;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockCodeTest {
  private static List<BlockCode> codes() {
    return Arrays.stream(TensorType.values())
        .filter(type -> type.format() instanceof IntegerFormat)
        .map(type -> BlockCode.of((IntegerFormat) type.format()))
        .toList();
  }

  @Test
  void aFormatsCodeIsItsOwn() {
    List<IntegerFormat> own = codes().stream().map(BlockCode::format).toList();
    assertEquals(own.size(), own.stream().distinct().count());
    assertEquals(
        Arrays.stream(TensorType.values())
            .map(TensorType::format)
            .filter(IntegerFormat.class::isInstance)
            .toList(),
        own);
  }

  @Test
  void everyWordIsReadOnce() {
    for (BlockCode code : codes()) {
      if (code.form() instanceof Interleaving form) {
        int[] order = form.order();
        Arrays.sort(order);
        assertArrayEquals(IntStream.range(0, code.layout().words()).toArray(), order);
      }
    }
  }

  @Test
  void wordsAreFoundByTheirField() {
    BlockCode q6 = new Q6KCode(new Q6_K());
    assertEquals(0, q6.firstWord("low nibbles"));
    assertEquals(32, q6.firstWord("high pairs"));
    assertEquals(48, q6.firstWord("scales"));
    BlockCode q5 = new Q50Code(new Q5_0());
    assertEquals(0, q5.firstWord("fifth bits"));
    assertEquals(1, q5.firstWord("nibbles"));
    BlockCode iq4 = new Iq4XsCode(new IQ4_XS());
    assertEquals(0, iq4.half("d"));
    assertEquals(1, iq4.half("high pairs of scales"));
    assertEquals(1, iq4.firstWord("indices"));
  }

  @Test
  void aFieldThatIsNotThereIsRefused() {
    BlockCode code = new Q6KCode(new Q6_K());
    assertThrows(IllegalArgumentException.class, () -> code.firstWord("minimums"));
    assertThrows(IllegalArgumentException.class, () -> code.firstWord("d"));
    assertThrows(IllegalArgumentException.class, () -> code.half("low nibbles"));
    assertThrows(IllegalArgumentException.class, () -> code.half("scales"));
    BlockCode before = new Iq4XsCode(new IQ4_XS());
    assertThrows(IllegalArgumentException.class, () -> before.firstWord("d"));
    assertThrows(IllegalArgumentException.class, () -> before.half("indices"));
  }
}
