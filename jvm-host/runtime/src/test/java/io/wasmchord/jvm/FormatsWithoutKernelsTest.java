package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.model.RandomFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A model of MXFP4, which vectors have no kernels for. */
class FormatsWithoutKernelsTest {
  private static LoadedModel open(Backend backend) {
    Path path = RandomFiles.path("llama-mxfp4");
    return LoadedModel.builder(path).backend(backend).threads(1).load();
  }

  @Test
  void vectorsRefuseItByName() {
    String message =
        assertThrows(UnsupportedModelException.class, () -> open(Backend.VECTOR).close())
            .getMessage();
    assertTrue(
        message.contains("tensor token_embd.weight has the format MXFP4, which the vector"),
        message);
  }

  @Test
  void thePlainBackendTakesIt() {
    try (LoadedModel model = open(Backend.SCALAR)) {
      assertEquals(RandomFiles.VOCABULARY, model.model().config().vocabulary());
    }
  }
}
