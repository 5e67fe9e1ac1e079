package io.wasmchord.quant;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * ggml's own results for one format: the files beside this test, whose shape their table says.
 *
 * @param type the format
 * @param rows how many rows there are
 * @param cols values in a row
 * @param partner the format that activations are rounded to before a product; null where the format
 *     is never a weight's
 * @param id ggml's number of the format
 * @param blockElements values in a block
 * @param blockBytes bytes of a block
 * @param rowBytes bytes of a row
 */
public record QuantVectors(
    TensorType type,
    int rows,
    int cols,
    TensorType partner,
    int id,
    int blockElements,
    int blockBytes,
    long rowBytes) {
  private static final String FOLDER = "/quant/";

  /** Every format that the table names. */
  public static List<QuantVectors> all() {
    return lines("types.tsv").stream().map(QuantVectors::parse).toList();
  }

  /** A table's lines without its head. */
  static List<String> lines(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8).lines().skip(1).toList();
  }

  private static QuantVectors parse(String line) {
    String[] f = line.split("\t", -1);
    return new QuantVectors(
        named(f[0]),
        Integer.parseInt(f[6]),
        Integer.parseInt(f[4]),
        f[7].equals("-") ? null : named(f[7]),
        Integer.parseInt(f[1]),
        Integer.parseInt(f[2]),
        Integer.parseInt(f[3]),
        Long.parseLong(f[5]));
  }

  static TensorType named(String name) {
    return TensorType.valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return type.name();
  }

  /** The rows before quantization, {@code [rows, cols]}. */
  public float[] values() {
    return checked(floats("rows.f32"), rows * cols);
  }

  /** One row of activations. */
  public float[] activation() {
    return checked(floats("activation.f32"), cols);
  }

  /** The rows in this format. */
  public byte[] quantized() {
    return bytes(name(".q.bin"));
  }

  /** The importances of the columns. */
  public float[] importances() {
    return checked(floats("imatrix.f32"), cols);
  }

  /** The rows in this format, quantized by the importances. */
  public byte[] quantizedByImportance() {
    return bytes(name(".imatrix.bin"));
  }

  /** What they decode to, {@code [rows, cols]}. */
  public float[] decoded() {
    return checked(floats(name(".deq.f32")), rows * cols);
  }

  /** The activations in the partner's format. */
  public byte[] roundedActivation() {
    return bytes(name(".actq.bin"));
  }

  /** ggml's product of each row with the rounded activations. */
  public double[] products() {
    float[] floats = checked(floats(name(".dot.f32")), rows);
    double[] products = new double[rows];
    for (int r = 0; r < rows; r++) {
      products[r] = floats[r];
    }
    return products;
  }

  /** The product of each decoded row with the activations as they are. */
  public double[] exactProducts() {
    double[] products = new double[rows];
    buffer(name(".dot.f64")).asDoubleBuffer().get(products);
    return products;
  }

  private String name(String suffix) {
    return type.name().toLowerCase(Locale.ROOT) + suffix;
  }

  private static float[] checked(float[] values, int expected) {
    if (values.length != expected) {
      throw new IllegalStateException(values.length + " values, the table says " + expected);
    }
    return values;
  }

  private static float[] floats(String name) {
    ByteBuffer buffer = buffer(name);
    float[] values = new float[buffer.remaining() / Float.BYTES];
    buffer.asFloatBuffer().get(values);
    return values;
  }

  private static ByteBuffer buffer(String name) {
    return ByteBuffer.wrap(bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(String name) {
    try (InputStream in = QuantVectors.class.getResourceAsStream(FOLDER + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
