package io.wasmchord.cli.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.ReferenceData;
import io.wasmchord.cli.CliOutput;
import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.jvm.MappedModel;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.quant.TensorType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code chord quantize} against llama.cpp's files, with an importance matrix and without. */
public class QuantizeImportancesTest {
  private static final List<String> KEYS =
      List.of("imatrix.datasets", "imatrix.chunk_count", "imatrix.chunk_size");

  @TempDir private Path folder;

  static List<String> recorded() throws IOException {
    try (InputStream in =
        QuantizeImportancesTest.class.getResourceAsStream("/quantize/llama-cpp.tsv")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .toList();
    }
  }

  private static float[] sums(TensorInfo matrix) {
    float[] sums = new float[(int) (matrix.cols() * ImportanceMatrix.experts(matrix))];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = (7919 * i + matrix.name().length()) % 101 * 0.25f;
    }
    return sums;
  }

  private static GgufWriter header() {
    GgufWriter writer = new GgufWriter(32);
    writer.put(KEYS.get(0), new GgufValue.Texts(List.of("x")));
    writer.put(KEYS.get(1), new GgufValue.Int(GgufType.UINT32, 1));
    return writer.put(KEYS.get(2), new GgufValue.Int(GgufType.UINT32, 512));
  }

  private static void tensor(GgufWriter writer, String name, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    List<Long> shape = List.of((long) values.length);
    writer.tensor(
        new TensorInfo(name, TensorType.F32, shape, 0, bytes.capacity()),
        sink -> sink.write(bytes.array(), 0, bytes.capacity()));
  }

  private Path write(GgufWriter writer) throws IOException {
    Path file = folder.resolve("imatrix.gguf");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      writer.writeTo(GgufSink.of(out));
    }
    return file;
  }

  /** An entry of every matrix but the embedding. */
  private Path matrix(Path model) throws IOException {
    GgufWriter writer = header();
    try (MappedModel opened = MappedModel.open(List.of(model))) {
      for (TensorInfo tensor : opened.file().tensors()) {
        if (tensor.shape().size() > 1 && !tensor.name().equals("token_embd.weight")) {
          float[] counts = new float[(int) ImportanceMatrix.experts(tensor)];
          Arrays.fill(counts, 8f);
          tensor(writer, tensor.name() + ".in_sum2", sums(tensor));
          tensor(writer, tensor.name() + ".counts", counts);
        }
      }
    }
    return write(writer);
  }

  private static String digest(Path made) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (MappedModel opened = MappedModel.open(List.of(made))) {
      opened.file().tensors().stream()
          .sorted(Comparator.comparing(TensorInfo::name))
          .forEach(tensor -> {
            byte[] bytes = new byte[(int) tensor.bytes()];
            long at = opened.file().dataOffset() + tensor.offset();
            opened.weights().view(at, bytes.length).getBytes(0, bytes, 0, bytes.length);
            digest.update(tensor.name().getBytes(StandardCharsets.UTF_8));
            digest.update(tensor.type().name().getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
          });
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void everyTensorIsLlamaCpps(String line) throws Exception {
    String[] f = line.split("\t", -1);
    Path original = ReferenceData.models("demo/demo-f16.gguf");
    Path made = folder.resolve("made.gguf");
    String[] command = {"quantize", "--type", f[0], original.toString(), made.toString()};
    if (f[1].equals("yes")) {
      command =
          new String[] {
            "quantize",
            "--type",
            f[0],
            "--imatrix",
            matrix(original).toString(),
            original.toString(),
            made.toString()
          };
    }
    CliOutput output = CliOutput.of(command);
    assertEquals(0, output.code(), output.err());
    assertEquals(f[2], digest(made));
  }

  /** A mixture's experts have importances of their own; what no token came to counts the same. */
  @Test
  void eachExpertHasItsOwn() throws Exception {
    Path model = TinyFiles.file("qwen3moe").write(folder.resolve("model.gguf"));
    Path matrix = matrix(model);
    Path first = folder.resolve("first.gguf");
    Path second = folder.resolve("second.gguf");
    quantize(model, matrix, first);
    GgufWriter writer = header();
    String name = "";
    try (MappedModel opened = MappedModel.open(List.of(model))) {
      for (TensorInfo tensor : opened.file().tensors()) {
        if (ImportanceMatrix.experts(tensor) > 1) {
          name = tensor.name();
          float[] counts = new float[(int) ImportanceMatrix.experts(tensor)];
          counts[1] = 8f;
          tensor(writer, name + ".in_sum2", sums(tensor));
          tensor(writer, name + ".counts", counts);
          break;
        }
      }
    }
    CliOutput output = quantize(model, write(writer), second);
    assertTrue(output.err().contains("has no entry of it"), output.err());
    assertFalse(output.err().contains(name + ": " + folder), output.err());
    try (MappedModel a = MappedModel.open(List.of(first));
        MappedModel b = MappedModel.open(List.of(second))) {
      TensorInfo tensor = Objects.requireNonNull(a.file().tensor(name));
      int experts = (int) ImportanceMatrix.experts(tensor);
      for (int e = 0; e < experts; e++) {
        assertEquals(e == 1, expert(a, name, e).equals(expert(b, name, e)), "expert " + e);
      }
    }
  }

  private static ByteBuffer expert(MappedModel model, String name, int expert) {
    TensorInfo tensor = Objects.requireNonNull(model.file().tensor(name));
    byte[] bytes = new byte[(int) (tensor.bytes() / ImportanceMatrix.experts(tensor))];
    long at = model.file().dataOffset() + tensor.offset() + (long) expert * bytes.length;
    model.weights().view(at, bytes.length).getBytes(0, bytes, 0, bytes.length);
    return ByteBuffer.wrap(bytes);
  }

  private static CliOutput quantize(Path model, Path matrix, Path made) {
    CliOutput output =
        CliOutput.of(
            "quantize",
            "--type",
            "iq4_nl",
            "--imatrix",
            matrix.toString(),
            model.toString(),
            made.toString());
    assertEquals(0, output.code(), output.err());
    return output;
  }

  /** What is wrong with the entry of one matrix, and what the message says. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "absent|does not exist",
        "model|is no importance matrix: it has no imatrix.datasets",
        "empty|has no entries",
        "other|it is of another model",
        "sums|without blk.0.attn_q.weight.counts",
        "counts|without blk.0.attn_q.weight.in_sum2",
        "short|has 3 sums and 1 counts, the matrix takes",
        "many|and 2 counts, the matrix takes",
        "nan|blk.0.attn_q.weight.in_sum2 has a NaN",
        "infinite|blk.0.attn_q.weight.in_sum2 has a Infinity",
        "negative|blk.0.attn_q.weight.counts has a -8.0",
        "half|blk.0.attn_q.weight.in_sum2 is F16, not F32",
      })
  void aWrongMatrixIsRefused(String line) throws IOException {
    String kind = line.substring(0, line.indexOf('|'));
    Path model = TinyFiles.file("qwen2").write(folder.resolve("model.gguf"));
    Path matrix = wrong(kind, model);
    Path made = folder.resolve("made.gguf");
    CliOutput output =
        CliOutput.of(
            "quantize",
            "--type",
            "iq4_nl",
            "--imatrix",
            matrix.toString(),
            model.toString(),
            made.toString());
    assertEquals(1, output.code());
    assertTrue(output.err().contains(line.substring(kind.length() + 1)), output.err());
    assertTrue(output.err().contains(matrix.toString()), output.err());
    assertFalse(Files.exists(made));
  }

  private Path wrong(String kind, Path model) throws IOException {
    GgufWriter writer = header();
    String name = kind.equals("other") ? "blk.77.attn_q.weight" : "blk.0.attn_q.weight";
    int cols;
    try (MappedModel opened = MappedModel.open(List.of(model))) {
      cols = (int) Objects.requireNonNull(opened.file().tensor("blk.0.attn_q.weight")).cols();
    }
    float[] sums = new float[kind.equals("short") ? 3 : cols];
    switch (kind) {
      case "absent" -> {
        return folder.resolve("absent.gguf");
      }
      case "model" -> {
        return model;
      }
      case "empty" -> {
        return write(writer);
      }
      case "nan" -> sums[2] = Float.NaN;
      case "infinite" -> sums[2] = Float.POSITIVE_INFINITY;
      default -> {}
    }
    if (kind.equals("half")) {
      writer.tensor(
          new TensorInfo(name + ".in_sum2", TensorType.F16, List.of((long) cols), 0, 2L * cols),
          sink -> sink.write(new byte[2 * cols], 0, 2 * cols));
    } else if (!kind.equals("counts")) {
      tensor(writer, name + ".in_sum2", sums);
    }
    if (!kind.equals("sums")) {
      float count = kind.equals("negative") ? -8f : 8f;
      tensor(writer, name + ".counts", kind.equals("many") ? new float[2] : new float[] {count});
    }
    return write(writer);
  }
}
