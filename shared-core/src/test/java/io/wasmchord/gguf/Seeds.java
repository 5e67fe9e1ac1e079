package io.wasmchord.gguf;

import io.wasmchord.quant.TensorType;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Small files that use every kind of value. */
final class Seeds {
  private Seeds() {}

  static byte[] bytes(GgufWriter writer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out::write);
    return out.toByteArray();
  }

  static TensorInfo info(String name, TensorType type, Long... shape) {
    TensorInfo unsized = new TensorInfo(name, type, List.of(shape), 0, 0);
    return new TensorInfo(
        name, type, List.of(shape), 0, unsized.rows() * type.rowBytes(unsized.cols()));
  }

  static GgufWriter withTensors(int alignment) {
    GgufWriter writer = new GgufWriter(alignment);
    writer.put("general.architecture", new GgufValue.Text("llama"));
    writer.put("llama.block_count", new GgufValue.Int(GgufType.UINT32, 2));
    for (TensorInfo t :
        List.of(
            info("token_embd.weight", TensorType.Q4_K, 256L, 3L),
            info("output_norm.weight", TensorType.F32, 7L),
            info("experts", TensorType.Q8_0, 32L, 2L, 2L))) {
      writer.tensor(t, sink -> sink.write(new byte[(int) t.bytes()], 0, (int) t.bytes()));
    }
    return writer;
  }

  static GgufWriter withAllValues() {
    GgufWriter writer = new GgufWriter(32);
    for (GgufType type : GgufType.values()) {
      if (type.isInteger()) {
        writer.put("int." + type, new GgufValue.Int(type, 5));
        writer.put("ints." + type, new GgufValue.Ints(type, new long[] {1, 2, 3}));
      }
    }
    writer.put("real", new GgufValue.Real(GgufType.FLOAT32, 0.5));
    writer.put("double", new GgufValue.Real(GgufType.FLOAT64, 0.1));
    writer.put("reals", new GgufValue.Reals(GgufType.FLOAT32, new double[] {1, 2}));
    writer.put("bool", new GgufValue.Bool(true));
    writer.put("bools", new GgufValue.Ints(GgufType.BOOL, new long[] {1, 0}));
    writer.put("text", new GgufValue.Text("tänzer 😀"));
    writer.put("texts", new GgufValue.Texts(List.of("a", "", "b")));
    writer.put(
        "nested",
        new GgufValue.Arrays(
            List.of(
                new GgufValue.Ints(GgufType.INT32, new long[] {-1}),
                new GgufValue.Texts(List.of("x")))));
    return writer;
  }
}
