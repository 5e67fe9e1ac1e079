package io.wasmchord.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShortVectorsTest {
  private static final float[] VECTOR = {3f, 4f, 12f};

  private static ShortVectors of(String name, int dimensions, boolean normalize) {
    return new ShortVectors("bert", name, dimensions, normalize);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nomic-embed-text-v1.5.Q8_0.gguf",
        "Nomic Embed Text v2 MoE",
        "my_Qwen3_Embedding-0.6B",
        "Qwen3-VL-Embedding-2B",
        "mxbai-embed-large-v1",
        "mxbai-embed-xsmall-v1",
        "snowflake-arctic-embed-m-v1.5",
        "Snowflake Arctic Embed L v2.0",
        "jina-embeddings-v3",
        "jina-embeddings-v5-nano"
      })
  void familiesThatAreTrainedForItAreKnownByName(String name) {
    assertDoesNotThrow(() -> of(name, 2, true).check(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nomic-embed-text-v1.Q8_0.gguf",
        "economic-embed-text-v1.5",
        "snowflake-arctic-embed-m",
        "v2-snowflake-arctic-embed-m",
        "jina-embeddings-v2-base",
        "mxbai-embed-2d-large",
        ""
      })
  void othersAreRefusedWithARemedy(String name) {
    String said =
        assertThrows(InvalidRequestException.class, () -> of(name, 2, true).check(3)).getMessage();
    assertTrue(
        said.startsWith(
            "dimensions is 2, but " + name + " is not known to be trained for shorter vectors; if"),
        said);
    assertTrue(
        said.endsWith(
            "take the first 2 numbers of each vector and divide them by their" + " length"),
        said);
    assertDoesNotThrow(() -> of(name, 3, true).check(3));
    assertSame(VECTOR, of(name, 3, true).cut(VECTOR));
    assertThrows(InvalidRequestException.class, () -> of(name, 2, true).cut(VECTOR));
  }

  @Test
  void anArchitectureMayBeOne() {
    assertDoesNotThrow(() -> new ShortVectors("gemma-embedding", "mine", 2, true).check(3));
  }

  @ParameterizedTest
  @CsvSource({"true, 0.6, 0.8", "false, 3, 4"})
  void aVectorsBeginningIsDividedByItsLengthIfAskedTo(boolean normalize, float x, float y) {
    assertArrayEquals(new float[] {x, y}, of("jina-embeddings-v3", 2, normalize).cut(VECTOR));
    assertEquals(12f, VECTOR[2]);
    assertArrayEquals(new float[2], of("jina-embeddings-v3", 2, normalize).cut(new float[3]));
  }

  @Test
  void noVectorIsMadeLonger() {
    assertEquals(
        "dimensions is 4000; the vectors of any have 3 numbers",
        assertThrows(InvalidRequestException.class, () -> of("any", 4000, true).cut(VECTOR))
            .getMessage());
  }
}
