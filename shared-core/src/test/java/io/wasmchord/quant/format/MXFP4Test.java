package io.wasmchord.quant.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.Recoding;
import io.wasmchord.quant.TensorType;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** MXFP4 against the standard's formulas, written plainly, and what ggml's encoder rounds. */
class MXFP4Test {
  private static final double[] E2M1 = {0, 0.5, 1, 1.5, 2, 3, 4, 6};

  private static double value(int exponent, int nibble) {
    double magnitude = E2M1[nibble & 7] * Math.pow(2, exponent - 127);
    return (nibble & 8) == 0 ? magnitude : -magnitude;
  }

  private static int nibble(byte[] block, int i) {
    int packed = block[1 + (i & 15)];
    return (i < 16 ? packed : packed >> 4) & 15;
  }

  @Test
  void everyExponentAndEveryNibbleHasItsValue() {
    byte[] block = new byte[17];
    for (int i = 0; i < 16; i++) {
      block[1 + i] = (byte) (i | (15 - i) << 4);
    }
    for (int e = 0; e < 256; e++) {
      block[0] = (byte) e;
      float[] values = Recoding.decode(TensorType.MXFP4, block);
      for (int i = 0; i < 32; i++) {
        assertEquals((float) value(e, nibble(block, i)), values[i], 0f, "exponent " + e);
      }
    }
  }

  @Test
  void aProductIsTheScalesTimesAnExactSumInOrder() {
    Random random = new Random(4);
    int cols = 4 * 32;
    for (int run = 0; run < 200; run++) {
      byte[] w = new byte[4 * 17];
      random.nextBytes(w);
      float[] x = new float[cols];
      for (int i = 0; i < cols; i++) {
        x[i] = (float) random.nextGaussian();
      }
      for (int b = 0; b < 4; b++) {
        w[17 * b] = (byte) (120 + random.nextInt(16));
      }
      MXFP4 format = new MXFP4();
      ActivationRows rows = ActivationRows.allocate(format.partner(), 1, cols);
      rows.put(0, x);
      UnpackedBlock block = new UnpackedBlock();
      for (int b = 0; b < 4; b++) {
        format.unpack(w, 17 * b, block);
        int sum = 0; // of the standard's values doubled
        for (int i = 0; i < 32; i++) {
          int nibble = nibble(Arrays.copyOfRange(w, 17 * b, 17 * b + 17), i);
          sum += (int) (2 * value(127, nibble)) * rows.q()[32 * b + i];
        }
        float d = (float) Math.pow(2, (w[17 * b] & 0xFF) - 128);
        assertEquals((d * rows.scales()[b]) * sum, format.plus(0f, block, rows, 0, b), 0f);
      }
    }
  }

  /** How many floats below a power of two ggml gives the power's scale: its logarithm rounds. */
  @Test
  void justBelowAPowerOfTwoTheScaleIsThePowers() {
    int[][] largest = { // power, floats
      {-124, 44},
      {-64, 44},
      {-63, 22},
      {-32, 22},
      {-31, 11},
      {-16, 11},
      {-15, 5},
      {-8, 5},
      {-7, 2},
      {-4, 2},
      {-3, 1},
      {-2, 1},
      {-1, 0},
      {0, 0},
      {1, 0},
      {2, 0},
      {3, 1},
      {4, 1},
      {5, 2},
      {8, 2},
      {9, 5},
      {16, 5},
      {17, 11},
      {32, 11},
      {33, 22},
      {64, 22},
      {65, 44},
      {127, 44}
    };
    for (int[] line : largest) {
      int power = (line[0] + 127) << 23;
      for (int below = 0; below < 100; below++) {
        float[] values = new float[32];
        values[7] = Float.intBitsToFloat(power - below) * -1f;
        int expected = line[0] + 125 - (below <= line[1] ? 0 : 1);
        byte[] block = Recoding.encode(TensorType.MXFP4, values);
        assertEquals((byte) expected, block[0], "2^" + line[0] + " less " + below);
      }
    }
  }

  @Test
  void anInterleavedBlockHasItsScalesFirst() {
    assertEquals(new BlockLayout(4, 17, 0, 0, 0, 1, 1, 4), BlockLayout.of(TensorType.MXFP4, 4));
    assertEquals(4, BlockLayout.of(TensorType.MXFP4, 4).word(0));
  }
}
