package io.wasmchord.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Cuts a model into several files, as llama.cpp's gguf-split does. */
public final class SplitFiles {
  private SplitFiles() {}

  /** The files of a model that is {@code bytes}, in order. */
  public static List<byte[]> cut(GgufFile file, byte[] bytes, int parts) {
    List<byte[]> all = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      writer(file, bytes, part, parts).writeTo(out::write);
      all.add(out.toByteArray());
    }
    return all;
  }

  private static GgufWriter writer(GgufFile file, byte[] bytes, int part, int parts) {
    GgufWriter writer = new GgufWriter(file.alignment());
    if (part == 0) {
      for (String key : file.metadata().keys()) {
        writer.put(key, Objects.requireNonNull(file.metadata().value(key)));
      }
    }
    int count = file.tensors().size();
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
    return writer;
  }

  /** Writes parts as {@code name-00001-of-00003.gguf} and so on; returns the files in order. */
  public static List<Path> write(Path folder, String name, List<byte[]> parts) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      String file = String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", name, i + 1, parts.size());
      files.add(Files.write(folder.resolve(file), parts.get(i)));
    }
    return files;
  }
}
