package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.vector.VectorBackend;
import io.wasmchord.model.RandomFiles;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A model of MXFP4, which vectors have no kernels for. */
class FormatsWithoutKernelsTest {
  private static LoadedModel open(ComputeOptions.Backend backend) {
    Path path = RandomFiles.path("llama-mxfp4");
    ComputeOptions options = new ComputeOptions(backend, VectorBackend.Weights.REPACKED, 1, null);
    return LoadedModel.open(List.of(path), options, MemoryOptions.unlimited(), RunControl.NONE);
  }

  @Test
  void vectorsRefuseItByName() {
    String message =
        assertThrows(
                UnsupportedModelException.class, () -> open(ComputeOptions.Backend.VECTOR).close())
            .getMessage();
    assertTrue(
        message.contains("tensor token_embd.weight has the format MXFP4, which the vector"),
        message);
  }

  @Test
  void thePlainBackendTakesIt() {
    try (LoadedModel model = open(ComputeOptions.Backend.SCALAR)) {
      assertEquals(RandomFiles.VOCABULARY, model.model().config().vocabulary());
    }
  }
}
