package io.wasmchord.jvm.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.IntegerFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks are interleaved in machine code as in Java. */
class InterleavingTest {
  private static final int SENTINELS = 64;

  private final Random random = new Random(3);

  @ParameterizedTest
  @EnumSource(names = {"Q2_K", "Q4_K", "Q6_K", "Q8_0", "Q4_1", "MXFP4"})
  void machineCodeWritesWhatJavaWrites(TensorType type) {
    assumeTrue(MachineKernels.variant() != null, "no machine code here");
    IntegerFormat format = (IntegerFormat) type.format();
    Interleaving machine = Interleaving.of(format);
    BlockLayout layout = BlockLayout.of(format, Width.ROWS);
    assertNotNull(MachineKernels.packing(format, layout, machine.order()));
    for (boolean special : new boolean[] {false, true}) {
      Interleaving plain = new Interleaving(format, layout, machine.order());
      compare(machine, plain, layout, special);
      assertEquals(!special || layout.halves() == 0, plain.finite());
      assertEquals(plain.finite(), machine.finite());
    }
  }

  private void compare(Interleaving machine, Interleaving plain, BlockLayout layout, boolean inf) {
    int count = Math.min(5, machine.together());
    long rowBytes = 7L * layout.blockBytes() + 3;
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = new byte[(int) (Width.ROWS * rowBytes)];
      random.nextBytes(bytes);
      for (int row = 0; row < Width.ROWS; row++) {
        for (int b = 0; b < count; b++) {
          for (int h = 0; h < layout.halves(); h++) {
            int at = (int) (row * rowBytes) + b * layout.blockBytes() + layout.halvesAt() + 2 * h;
            boolean here = inf && row == Width.ROWS - 1 && b == count - 1;
            bytes[at + 1] = (byte) (here ? 0xFC : bytes[at + 1] & 0xBB);
          }
        }
      }
      MemorySegment from = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      BlockForm.Source source = new BlockForm.Source(from.address(), rowBytes, Width.ROWS);
      assertArrayEquals(written(plain, source, count), written(machine, source, count));
    }
  }

  private static byte[] written(Interleaving form, BlockForm.Source source, int count) {
    try (Arena arena = Arena.ofConfined()) {
      int bytes = count * form.blockBytes() * Width.ROWS;
      MemorySegment to = arena.allocate(bytes + SENTINELS, 64);
      to.fill((byte) 0x5A);
      form.write(source, count, to.address());
      return to.toArray(ValueLayout.JAVA_BYTE);
    }
  }
}
