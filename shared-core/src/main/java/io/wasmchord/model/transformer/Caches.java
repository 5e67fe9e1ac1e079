package io.wasmchord.model.transformer;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.Op;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.UnsupportedCacheException;
import io.wasmchord.model.CacheContents;
import io.wasmchord.model.CacheMarks;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.residency.CacheShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The caches of a transformer: made, copied, saved, filled again and given back. */
final class Caches {
  private final List<SectionedCache> open = Collections.synchronizedList(new ArrayList<>());
  private final Transformer model;
  private final Network network;
  private final ModelConfig config;
  private final List<Section> sections;

  Caches(Transformer model, Network network) {
    this.model = model;
    this.network = network;
    this.config = network.config();
    this.sections = network.sections();
  }

  /**
   * A cache for so many positions.
   *
   * @throws UnsupportedCacheException when a backend cannot compute with it
   */
  KvCache make(int positions, CacheOptions options) {
    for (Section s : sections) {
      requireSupport(s.backend(), options.type());
    }
    KvSpec spec = CacheShape.of(config, positions, options, model.maxBatch());
    return make(spec, options.spacing());
  }

  /** A cache of this shape. */
  KvCache make(KvSpec spec, int spacing) {
    model.requireOpen();
    List<KvCache> parts = new ArrayList<>();
    try {
      for (Section s : sections) {
        KvSpec own = CacheShape.part(config, spec, s.first(), s.end());
        parts.add(s.backend().allocateKv(own));
      }
    } catch (RuntimeException e) {
      release(parts);
      throw e;
    }
    SectionedCache cache = new SectionedCache(model, spec, config.longestWindow(), parts, spacing);
    open.add(cache);
    return cache;
  }

  /** Notes that none of them holds anything. */
  void lost() {
    synchronized (open) {
      open.forEach(SectionedCache::lost);
    }
  }

  private static void requireSupport(ComputeBackend backend, KvType type) {
    for (Op op : new Op[] {Op.STORE_KV, Op.ATTENTION}) {
      if (!backend.supports(op, type.stored())) {
        throw new UnsupportedCacheException(
            "the "
                + backend.name()
                + " backend cannot compute "
                + op
                + " with a cache of "
                + type.label()
                + "; choose another type of cache");
      }
    }
  }

  /** Gives the memory back; nothing happens where that was done. */
  void release(KvCache cache) {
    SectionedCache parts = SectionedCache.of(cache, model);
    open.remove(parts);
    if (parts.giveBack()) {
      release(parts.parts());
    }
  }

  private void release(List<KvCache> parts) {
    for (int i = 0; i < parts.size(); i++) {
      sections.get(i).backend().release(parts.get(i));
    }
  }

  /** A cache of this model that can be used. */
  SectionedCache usable(KvCache cache) {
    SectionedCache parts = SectionedCache.of(cache, model);
    parts.requireUsable();
    return parts;
  }

  /** See {@link io.wasmchord.model.Model#copyable}. */
  int copyable(KvCache from, KvCache to, int positions) {
    return copied(usable(from), usable(to), positions).position();
  }

  /** What a copy would have. */
  private CacheMarks copied(SectionedCache source, SectionedCache target, int positions) {
    int most = Math.min(positions, target.spec().positions());
    boolean alike =
        !config.encoder()
            && alike(source.spec(), target.spec())
            && source.begunWith().equals(target.next());
    return alike ? source.marks(source.resumesAt(most), CacheShape.BACK) : CacheMarks.NONE;
  }

  /** See {@link io.wasmchord.model.Model#copy}. */
  int copy(KvCache from, KvCache to, int positions) {
    SectionedCache source = usable(from);
    SectionedCache target = usable(to);
    CacheMarks marks = copied(source, target, positions);
    if (marks.encoded() > target.spec().positions() || source == target) {
      throw new IllegalArgumentException("a sequence is copied to another cache, as large");
    }
    SectionContents contents = contents(source, marks, source.slots(marks));
    contents.copyTo(contents(target, marks, target.takes(marks)));
    target.taken(marks, source.begunWith());
    return marks.position();
  }

  /** Whether positions are stored in the same way. */
  private boolean alike(KvSpec one, KvSpec other) {
    return one.type() == other.type()
        && network.rope().of(one.positions()) == network.rope().of(other.positions());
  }

  private SectionContents contents(SectionedCache cache, CacheMarks marks, List<Integer> slots) {
    return new SectionContents(cache, sections, config, marks, slots);
  }

  /** See {@link io.wasmchord.model.Model#contents}. */
  CacheContents contents(KvCache cache, int positions) {
    SectionedCache source = usable(cache);
    config.requireDecoder();
    if (!source.begunWith().isEmpty()) {
      throw new InvalidRequestException(
          "what LoRA adapters had a part in is not saved; choose none, and begin again");
    }
    CacheMarks marks = source.marks(source.resumesAt(positions), CacheShape.BACK);
    return contents(source, marks, source.slots(marks));
  }

  /** See {@link io.wasmchord.model.Model#restoring}. */
  CacheContents restoring(KvCache cache, CacheMarks marks) {
    SectionedCache target = usable(cache);
    config.requireDecoder();
    return contents(target, marks, target.takes(marks));
  }

  /** See {@link io.wasmchord.model.Model#restored}. */
  void restored(KvCache cache, CacheContents contents) {
    usable(cache).taken(contents.marks(), List.of());
  }
}
