package io.wasmchord;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The reference vectors and models, which stand outside the repository; a test that lacks them is skipped. */
public final class ReferenceData {
  private ReferenceData() {}

  /** A file below the folder of vectors. */
  public static Path vectors(String path) {
    return present(Path.of(System.getProperty("chord.vectors", "../shared/vectors"), path));
  }

  /** A file below the folder of models. */
  public static Path models(String path) {
    return present(Path.of(System.getProperty("chord.models", "../shared/models"), path));
  }

  private static Path present(Path path) {
    Assumptions.assumeTrue(Files.exists(path), () -> path + " is absent");
    return path;
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
