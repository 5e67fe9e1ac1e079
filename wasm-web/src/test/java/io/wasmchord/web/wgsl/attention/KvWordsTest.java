package io.wasmchord.web.wgsl.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.backend.KvType;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KvWordsTest {
  private static final int CAPACITY = 32;

  private static KvWords layer(KvType type) {
    int odd = type == KvType.Q8_0 ? 96 : 5;
    return new KvWords(type, new KvSpec.Heads(3, 64, odd), CAPACITY);
  }

  private static byte[] piece(KvWords layer, Part part, int count) {
    KvSpec.Heads heads = layer.heads();
    int values = part == Part.KEYS ? heads.keyDim() : heads.valueDim();
    byte[] bytes = new byte[(int) layer.type().bytes(values) * heads.count() * count];
    new Random(7).nextBytes(bytes);
    for (int i = 1; i < bytes.length; i += 2) {
      bytes[i] &= 0x3F; // no half that is not a number
    }
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsRead(KvType type) {
    KvWords layer = layer(type);
    for (Part part : new Part[] {Part.KEYS, Part.VALUES}) {
      int[] words = new int[(int) layer.words(part)];
      byte[] written = piece(layer, part, 20);
      layer.write(part, words, 70, 20, written); // around the ring's end
      byte[] read = new byte[written.length];
      layer.read(part, words, 70, 20, read);
      assertArrayEquals(written, read, part.toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void otherPositionsStay(KvType type) {
    KvWords layer = layer(type);
    int[] words = new int[(int) layer.words(Part.KEYS)];
    Arrays.fill(words, -1);
    layer.write(Part.KEYS, words, 5, 1, piece(layer, Part.KEYS, 1));
    long changed = Arrays.stream(words).filter(word -> word != -1).count();
    assertEquals(3L * KvWords.elements(type, 64), changed);
  }
}
