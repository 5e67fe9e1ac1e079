package io.wasmchord.jvm;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.Adapters;
import io.wasmchord.model.transformer.ModelLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The adapters that are loaded with a model, and the memory that is kept for others.
 *
 * @param chosen in the order in which they are applied
 * @param reserved bytes of the memory budget for those that are loaded later
 */
record AdapterOptions(List<Chosen> chosen, long reserved) {
  AdapterOptions {
    chosen = List.copyOf(chosen);
  }

  /**
   * One of them.
   *
   * @param name what it is called
   * @param path its file
   * @param scale how strongly it is applied
   */
  record Chosen(String name, Path path, float scale) {}

  /** Bytes of a model's budget that are not the model's. */
  long bytes(MappedModel model) {
    List<MappedModel> files = new ArrayList<>();
    try {
      chosen.forEach(one -> files.add(MappedModel.open(List.of(one.path))));
      List<GgufFile> headers = files.stream().map(MappedModel::file).toList();
      return reserved
          + ModelLoader.adapterBytes(model.file(), model.weights(), LoadedModel.BATCH, headers);
    } finally {
      files.forEach(MappedModel::close);
    }
  }

  /** Loads them, for all sequences. */
  void load(Adapters adapters, long room, RunControl control) {
    List<AdapterScale> all = new ArrayList<>();
    for (Chosen one : chosen) {
      control.check();
      try (MappedModel file = MappedModel.open(List.of(one.path), control)) {
        all.add(
            new AdapterScale(
                adapters.load(file.file(), file.weights(), one.name, room), one.scale));
      }
    }
    adapters.use(all);
  }

  /** Refuses a scale that is none. */
  static float scale(String name, float scale) {
    if (!(Math.abs(scale) < Float.POSITIVE_INFINITY)) {
      throw new InvalidRequestException(
          "the scale of adapter '" + name + "' is " + scale + "; it must be a finite number");
    }
    return scale;
  }
}
