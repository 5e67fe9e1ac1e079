package io.wasmchord.gguf;

import io.wasmchord.maps.StringIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Headers that are made of others: they say something else of the same data. */
public final class DerivedGguf {
  private DerivedGguf() {}

  /**
   * A header with other tensors, and other values of some keys.
   *
   * @param values the new value of keys that the header has, or may get
   * @param tensors of the same data section
   */
  public static GgufFile of(
      GgufFile file, Map<String, GgufValue> values, List<TensorInfo> tensors) {
    StringIndex keys = new StringIndex();
    List<GgufValue> all = new ArrayList<>();
    for (String key : file.metadata().keys()) {
      GgufValue before = file.metadata().value(key);
      add(keys, all, key, values.getOrDefault(key, before));
    }
    values.forEach((key, value) -> {
      if (!file.metadata().has(key)) {
        add(keys, all, key, value);
      }
    });
    return new GgufFile(
        file.version(),
        new Metadata(keys, all, file.fileName()),
        tensors,
        file.dataOffset(),
        file.alignment(),
        file.fileName());
  }

  private static void add(
      StringIndex keys, List<GgufValue> all, String key, @Nullable GgufValue value) {
    if (value != null) {
      keys.add(key);
      all.add(value);
    }
  }
}
