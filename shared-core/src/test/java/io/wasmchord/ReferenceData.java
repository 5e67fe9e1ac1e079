package io.wasmchord;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * The reference vectors and models, which stand outside the repository; a test that lacks them is
 * skipped.
 */
public final class ReferenceData {
  private ReferenceData() {}

  /** A file below the folder of vectors. */
  public static Path vectors(String path) {
    return present("chord.vectors", "../shared/vectors", path);
  }

  /** A file below the folder of models. */
  public static Path models(String path) {
    return present("chord.models", "../shared/models", path);
  }

  /** Names of the tiny random models among the vectors. */
  public static List<String> tinyModels() {
    return List.of(
        "llama-f16",
        "llama-q4_0",
        "llama-q4_k_m",
        "llama-q8_0",
        "qwen2-q4_k_m",
        "gemma2-q4_k_m",
        "gemma3-q4_k_m");
  }

  /** The tokens that a model is fed until it gives the last of {@code greedy}. */
  public static int[] fed(int[] prompt, int[] greedy) {
    int[] ids = Arrays.copyOf(prompt, prompt.length + greedy.length - 1);
    System.arraycopy(greedy, 0, ids, prompt.length, greedy.length - 1);
    return ids;
  }

  private static Path present(String property, String folder, String path) {
    Path file = Path.of(System.getProperty(property, folder), path);
    Assumptions.assumeTrue(
        Files.exists(file),
        "foreign vocabularies and weights are not in the repository: -D"
            + property
            + " names their folder");
    return file;
  }

  public static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Raw little-endian float32. */
  public static float[] floats(Path path) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[buffer.remaining() / 4];
    buffer.asFloatBuffer().get(values);
    return values;
  }

  public static JsonNode json(Path path) {
    try {
      return new ObjectMapper().readTree(path.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }
}
