package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.wasmchord.backend.KvType;
import io.wasmchord.model.Model;
import io.wasmchord.model.RandomFiles;
import org.junit.jupiter.api.Test;

/** A model whose matrices are MXFP4, on vectors and without. */
class Mxfp4KernelsTest {
  private static float[] logits(Setup setup) {
    try (LoadedModel loaded = setup.open(RandomFiles.path("llama-mxfp4"))) {
      Model model = loaded.model();
      return model.forward(
          new int[] {1, 7, 300, 42, 5}, 0, model.newCache(16, KvType.F32), Model.Wanted.LAST);
    }
  }

  @Test
  void vectorsGiveThePlainBackendsLogits() {
    float[] plain = logits(Setup.SCALAR);
    assertArrayEquals(plain, logits(Setup.REPACKED));
    assertArrayEquals(plain, logits(Setup.MAPPED));
  }
}
