package io.wasmchord.model.transformer;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.model.Model;
import java.util.List;

/** Caches of other shapes than a model would choose. */
public final class ShapedCaches {
  private ShapedCaches() {}

  public static KvCache of(Model model, KvSpec spec) {
    return ((Transformer) model).newCache(spec, 256);
  }

  /** What a cache has in each of the model's sections. */
  public static List<KvCache> parts(KvCache cache, Model model) {
    return SectionedCache.of(cache, (Transformer) model).parts();
  }
}
