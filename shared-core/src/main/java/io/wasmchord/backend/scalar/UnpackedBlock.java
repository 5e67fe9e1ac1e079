package io.wasmchord.backend.scalar;

/**
 * One block of a quantized weight as integers. A value is {@code d * scale[g] * q - dMin * min[g]} in the 256-blocks, where g is its
 * group of {@link #group} values, and {@code d * q + dMin} in the 32-blocks, which have one group and no scales.
 */
final class UnpackedBlock {
  final byte[] q = new byte[256];
  final int[] scale = new int[16];
  final int[] min = new int[16];
  int group;
  float d;
  float dMin;
}
