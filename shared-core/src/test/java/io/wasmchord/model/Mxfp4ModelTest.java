package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.HeapWeights;
import org.junit.jupiter.api.Test;

/** A model whose matrices are MXFP4. */
class Mxfp4ModelTest {
  private static float[] logits(String name) {
    HeapWeights source = RandomFiles.file(name);
    GgufFile file = TinyModel.header(source);
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    try (Model model = ModelLoader.load(file, source, backend, 4, RunControl.NONE)) {
      return model.forward(
          new int[] {5, 40, 77}, 0, model.newCache(16, KvType.F32), Model.Wanted.LAST);
    }
  }

  /** Only its activations are rounded: a tenth of the logits is what that costs other formats. */
  @Test
  void itsLogitsAreThoseOfItsDecodedWeights() {
    float[] rounded = logits("llama-mxfp4");
    float[] plain = logits("llama-mxfp4-decoded");
    double error = 0;
    double size = 0;
    for (int i = 0; i < plain.length; i++) {
      error += Math.pow(rounded[i] - plain[i], 2);
      size += Math.pow(plain[i], 2);
    }
    assertTrue(size > 0 && error > 0, "both have logits, which differ");
    assertTrue(Math.sqrt(error / size) < 0.1, "relative error " + Math.sqrt(error / size));
  }
}
