package io.wasmchord.langchain4j;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.common.AbstractEmbeddingModelIT;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import io.wasmchord.DemoModel;
import io.wasmchord.chord.ChordModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** LangChain4j's own tests of embedding models. */
class SharedEmbeddingModelTest extends AbstractEmbeddingModelIT {
  private static ChordModel model;

  @BeforeAll
  static void load() throws IOException {
    Path file = Files.createTempFile("demo", ".gguf");
    file.toFile().deleteOnExit();
    model = ChordModel.load(DemoModel.file().write(file).toString());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Override
  protected List<EmbeddingModel> models() {
    return List.of(ChordEmbeddingModel.of(model));
  }

  @Override
  protected EmbeddingModel modelWith(EmbeddingModelListener listener) {
    return ChordEmbeddingModel.of(model).addListener(listener);
  }

  @Override
  protected boolean supportsInputTypeParameter() {
    return false;
  }

  @Override
  protected boolean supportsDimensionsParameter() {
    return false;
  }

  @Override
  protected boolean supportsImageInput() {
    return false;
  }

  @Override
  protected boolean supportsInterleavedInput() {
    return false;
  }
}
