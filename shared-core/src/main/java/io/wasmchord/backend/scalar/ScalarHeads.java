package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.HeadValues;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;

/** Runs of values of heads. */
final class ScalarHeads {
  private ScalarHeads() {}

  static void copy(Command.CopyHeads c) {
    ByteView x = ScalarTensor.of(c.from().tensor()).data();
    Memory out = ScalarTensor.of(c.to().tensor()).memory();
    float[] run = new float[c.count()];
    for (int t = 0; t < c.tokens(); t++) {
      for (int h = 0; h < c.heads(); h++) {
        x.getFloats(at(c.from(), t, h, c.heads()), run, 0, run.length);
        out.putFloats(at(c.to(), t, h, c.heads()), run, 0, run.length);
      }
    }
  }

  private static long at(HeadValues v, int token, int head, int heads) {
    return 4L * ((long) token * v.tokenStride() + (long) head * v.headStride(heads) + v.offset());
  }
}
