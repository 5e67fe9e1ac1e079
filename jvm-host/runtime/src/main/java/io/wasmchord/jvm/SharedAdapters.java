package io.wasmchord.jvm;

import io.wasmchord.backend.KvCache;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Adapter;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.Adapters;
import io.wasmchord.model.Model.Turn;
import io.wasmchord.weights.WeightSource;
import java.util.List;

/** A model's adapters for any number of threads: every call is a turn. */
final class SharedAdapters implements Adapters {
  private final Adapters adapters;
  private final SharedModel model;

  SharedAdapters(Adapters adapters, SharedModel model) {
    this.adapters = adapters;
    this.model = model;
  }

  private Turn turn() {
    return model.turn(RunControl.NONE);
  }

  @Override
  public Adapter load(GgufFile file, WeightSource source, String name, long room) {
    try (Turn _ = turn()) {
      return adapters.load(file, source, name, room);
    }
  }

  @Override
  public void unload(Adapter adapter) {
    try (Turn _ = turn()) {
      adapters.unload(adapter);
    }
  }

  @Override
  public List<Adapter> loaded() {
    try (Turn _ = turn()) {
      return adapters.loaded();
    }
  }

  @Override
  public void use(List<AdapterScale> chosen) {
    try (Turn _ = turn()) {
      adapters.use(chosen);
    }
  }

  @Override
  public List<AdapterScale> used() {
    try (Turn _ = turn()) {
      return adapters.used();
    }
  }

  @Override
  public void use(KvCache cache, List<AdapterScale> chosen) {
    try (Turn _ = turn()) {
      adapters.use(cache, chosen);
    }
  }

  @Override
  public void useDefault(KvCache cache) {
    try (Turn _ = turn()) {
      adapters.useDefault(cache);
    }
  }

  @Override
  public boolean current(KvCache cache) {
    try (Turn _ = turn()) {
      return adapters.current(cache);
    }
  }

  @Override
  public long bytes() {
    try (Turn _ = turn()) {
      return adapters.bytes();
    }
  }
}
