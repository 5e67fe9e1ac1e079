package io.wasmchord.jvm.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.WeightFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products in machine code give the bits of the Vector API's, whatever the blocks hold. */
class MachineProductTest {
  private static final int[] TOKENS = {1, 2, 3, 4, 5, 7, 8, 9, 16, 23};
  private static final int SENTINELS = 64; // floats after the results
  private static final float SENTINEL = -7.25f;

  private final Random random = new Random(5);

  @ParameterizedTest
  @EnumSource(
      names = {
        "Q4_K", "Q5_K", "Q6_K", "Q8_0", "Q4_0", "IQ4_NL", "Q4_1", "Q2_K", "Q3_K", "MXFP4", "IQ4_XS",
        "Q5_0", "Q5_1", "NVFP4", "Q1_0", "Q2_0", "TQ1_0", "TQ2_0", "IQ1_S", "IQ1_M", "IQ2_XXS",
        "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S"
      })
  void givesTheBitsOfVectors(TensorType type) {
    assumeTrue(MachineKernels.variant() != null, "no kernels in machine code here");
    int values = type.format().values();
    for (int blocks : new int[] {1, 2, 7, 8, 9, 17}) {
      for (int rows : new int[] {Lanes.ROWS, Lanes.ROWS + 1, 3 * Lanes.ROWS - 1, 5}) {
        for (int tokens : TOKENS) {
          compare(type, rows, blocks * values, tokens);
        }
      }
    }
  }

  private void compare(TensorType type, int rows, int cols, int tokens) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stored = arena.allocate(rows * type.rowBytes(cols), 64);
      fill(stored, type);
      MemorySegment packed = arena.allocate(WeightRows.packedBytes(type, rows, cols), 64);
      WeightRows weight = WeightRows.of(type, rows, cols, stored.address(), packed.address());
      WeightRows asStored = WeightRows.of(type, rows, cols, stored.address(), 0);
      for (int group = 0; group < weight.groups(); group++) {
        weight.pack(group);
      }
      Activations x = Activations.allocate(WeightFormat.of(type.format()).partner(), tokens, cols);
      MemorySegment floats = arena.allocate(4L * tokens * cols, 64);
      for (int i = 0; i < tokens * cols; i++) {
        floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, activation());
      }
      WorkerPool.Step<KernelScratch> fill = x.fill(floats.address(), tokens);
      KernelScratch scratch = new KernelScratch();
      fill.run(0, fill.units(), scratch);
      String what = type + ", " + rows + " x " + cols + ", " + tokens + " tokens";
      assertArrayEquals(
          results(asStored, x, tokens, false, scratch),
          results(weight, x, tokens, true, scratch),
          what);
    }
  }

  private float activation() {
    return switch (random.nextInt(40)) {
      case 0 -> 0f;
      case 1 -> 1e4f * (float) random.nextGaussian();
      case 2 -> Float.MIN_VALUE;
      default -> (float) random.nextGaussian();
    };
  }

  /** Any bytes; of the scales, most are finite, some infinite, subnormal or no numbers. */
  private void fill(MemorySegment stored, TensorType type) {
    byte[] bytes = new byte[(int) stored.byteSize()];
    random.nextBytes(bytes);
    int block = type.format().bytes();
    BlockLayout layout = BlockLayout.of(type, 1);
    for (int at = 0; at < bytes.length; at += block) {
      for (int h = 0; h < layout.halves(); h++) {
        if (random.nextInt(30) > 0) {
          short half = Float.floatToFloat16(0.01f * (float) random.nextGaussian());
          bytes[at + layout.halvesAt() + 2 * h] = (byte) half;
          bytes[at + layout.halvesAt() + 2 * h + 1] = (byte) (half >> 8);
        }
      }
      if (random.nextInt(10) == 0) {
        Arrays.fill(
            bytes, at + layout.wordsAt(), at + block, (byte) (random.nextBoolean() ? 0xFF : 0x80));
      }
    }
    MemorySegment.copy(bytes, 0, stored, ValueLayout.JAVA_BYTE, 0, bytes.length);
  }

  private static int[] results(
      WeightRows weight, Activations x, int tokens, boolean machine, KernelScratch scratch) {
    try (Arena arena = Arena.ofConfined()) {
      int count = tokens * weight.rows();
      MemorySegment out = arena.allocate(4L * (count + SENTINELS), 64);
      for (int i = 0; i < count + SENTINELS; i++) {
        out.setAtIndex(ValueLayout.JAVA_FLOAT, i, SENTINEL);
      }
      Product.Target target = new Product.Target(out.address(), 0, tokens, 1, false);
      Product product =
          machine ? MachineProduct.of(weight, x, target) : Product.ofVectors(weight, x, target);
      product.run(0, weight.groups(), scratch);
      float[] all = out.toArray(ValueLayout.JAVA_FLOAT);
      for (int i = count; i < all.length; i++) {
        assertEquals(SENTINEL, all[i]);
      }
      int[] bits = new int[count];
      for (int i = 0; i < count; i++) {
        bits[i] = Float.floatToIntBits(all[i]); // which are one for all that are no numbers
      }
      return bits;
    }
  }
}
