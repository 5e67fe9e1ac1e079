package io.wasmchord.e2e;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Cuts a model into several files as llama.cpp's gguf-split does. */
final class SplitFiles {
  private SplitFiles() {}

  static List<byte[]> cut(GgufFile file, byte[] bytes, int parts) {
    List<byte[]> all = new ArrayList<>();
    int count = file.tensors().size();
    for (int part = 0; part < parts; part++) {
      GgufWriter writer = new GgufWriter(file.alignment());
      if (part == 0) {
        for (String key : file.metadata().keys()) {
          writer.put(key, java.util.Objects.requireNonNull(file.metadata().value(key)));
        }
      }
      writer.put("split.no", new GgufValue.Int(GgufType.UINT16, part));
      writer.put("split.count", new GgufValue.Int(GgufType.UINT16, parts));
      writer.put("split.tensors.count", new GgufValue.Int(GgufType.INT32, count));
      for (int i = count * part / parts; i < count * (part + 1) / parts; i++) {
        TensorInfo t = file.tensors().get(i);
        int from = (int) (file.dataOffset() + t.offset());
        writer.tensor(
            new TensorInfo(t.name(), t.type(), t.shape(), 0, t.bytes()),
            sink -> sink.write(bytes, from, (int) t.bytes()));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      writer.writeTo(out::write);
      all.add(out.toByteArray());
    }
    return all;
  }
}
