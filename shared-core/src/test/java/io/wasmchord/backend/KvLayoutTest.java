package io.wasmchord.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.bytes.HeapMemory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pieces come out of every layout as they went in, whatever else lies there. */
class KvLayoutTest {
  private static final List<KvLayout> LAYOUTS =
      List.of(
          new KvLayout(1, false),
          new KvLayout(1, true),
          new KvLayout(4, true),
          new KvLayout(8, true),
          new KvLayout(16, true));

  private static KvSpec spec(KvType type, int capacity) {
    return new KvSpec(200, 3, 64, 32, type, List.of(capacity));
  }

  private static HeapMemory memory(KvSpec spec, Part part) {
    return HeapMemory.ofSize((int) spec.bytes(part, 0));
  }

  private static byte[] random(Random random, KvSpec spec, KvPiece piece) {
    byte[] bytes = new byte[(int) piece.bytes(spec)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(KvLayout layout, KvSpec spec, KvPiece piece, HeapMemory memory) {
    byte[] bytes = new byte[(int) piece.bytes(spec)];
    layout.read(spec, piece, memory, bytes);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void piecesComeOutAsTheyWentIn(KvType type) {
    Random random = new Random(1);
    KvSpec spec = spec(type, 48);
    KvSpec larger = spec(type, 80);
    for (KvLayout layout : LAYOUTS) {
      for (Part part : List.of(Part.KEYS, Part.VALUES)) {
        HeapMemory memory = memory(spec, part);
        HeapMemory other = memory(larger, part);
        for (int first : new int[] {0, 5, 16, 33, 100}) {
          KvPiece all = new KvPiece(part, 0, first, 48);
          byte[] before = random(random, spec, all);
          layout.write(spec, all, memory, before);
          assertArrayEquals(before, read(layout, spec, all, memory));
          KvPiece some = new KvPiece(part, 0, first + 3, 21);
          byte[] bytes = random(random, spec, some);
          layout.write(spec, some, memory, bytes);
          int each = bytes.length / 21;
          System.arraycopy(bytes, 0, before, 3 * each, bytes.length);
          assertArrayEquals(before, read(layout, spec, all, memory), "beside it nothing changed");
          layout.copy(spec, memory, larger, other, all);
          assertArrayEquals(before, read(layout, larger, all, other));
        }
      }
    }
  }

  /** What a lane means: the elements of several keys side by side. */
  @ParameterizedTest
  @EnumSource(KvType.class)
  void aStripHasTheSameElementsOfItsPositionsTogether(KvType type) {
    KvSpec spec = spec(type, 16);
    KvPiece piece = new KvPiece(Part.KEYS, 0, 0, 16);
    byte[] bytes = random(new Random(2), spec, piece);
    HeapMemory memory = memory(spec, Part.KEYS);
    new KvLayout(4, true).write(spec, piece, memory, bytes);
    int key = (int) spec.keyBytes(0);
    int size = type == KvType.F32 ? 4 : 2; // of the first element: of q8_0 it is a scale
    for (int lane = 0; lane < 4; lane++) {
      for (int i = 0; i < size; i++) {
        assertEquals(bytes[3 * key * lane + i], memory.getByte(size * lane + i));
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new KvLayout(4, false));
    assertThrows(IllegalArgumentException.class, () -> new KvLayout(3, true));
  }
}
