package io.wasmchord.model.transformer;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.UnsupportedCacheException;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.CacheShape;
import io.wasmchord.model.residency.Scratch;
import io.wasmchord.model.tensors.LayerWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A transformer: records one batch's commands and submits them. Prompts and single steps record the
 * same commands.
 */
final class Transformer implements Model {
  private final Network network;
  private final ModelConfig config;
  private final List<Section> sections;
  private final @Nullable Tensor logits; // [1, vocabulary], in the first section
  private final @Nullable Tensor best; // [2, 1], the largest of them: its place and itself
  private final @Nullable Projector projector;
  private boolean closed;

  Transformer(Network network) {
    this.network = network;
    this.config = network.config();
    this.sections = network.sections();
    Scratch.Source source = Scratch.Source.of(sections.getFirst().backend());
    this.logits = Scratch.logits(config, source);
    this.best = Scratch.best(config, source);
    Tensor wide = Scratch.wide(config, source);
    Network.Dense dense = network.head().dense();
    this.projector =
        dense == null || wide == null ? null : new Projector(dense, sections.getFirst(), wide);
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public int maxBatch() {
    return sections.getFirst().scratch().x().rows();
  }

  @Override
  public KvCache newCache(int positions, KvType type) {
    for (Section s : sections) {
      requireSupport(s.backend(), type);
    }
    return newCache(CacheShape.of(config, positions, type, maxBatch()));
  }

  /** A cache of this shape, for tests. */
  KvCache newCache(KvSpec spec) {
    requireOpen();
    List<KvCache> parts = new ArrayList<>();
    try {
      for (Section s : sections) {
        parts.add(s.backend().allocateKv(config.encoder() ? spec : spec.part(s.first(), s.end())));
      }
    } catch (RuntimeException e) {
      release(parts);
      throw e;
    }
    return new SectionedCache(this, spec, config.nearest(), parts);
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

  @Override
  public void release(KvCache cache) {
    SectionedCache parts = SectionedCache.of(cache, this);
    if (!closed && parts.giveBack()) {
      release(parts.parts());
    }
  }

  /** Throws where the model cannot compute any more. */
  void requireOpen() {
    if (closed) {
      throw ClosedException.model();
    }
  }

  /**
   * Does once whatever records commands of its own, for backends that look at them and compute
   * nothing.
   */
  void rehearse() {
    int batch = Math.min(maxBatch(), config.contextLength());
    KvCache cache = newCache(CacheShape.of(config, batch, KvType.F32, maxBatch()));
    for (int tokens = 1; tokens <= batch; tokens++) { // prompts may record what a token does not
      Encoding encoding = encode(new int[tokens], cache);
      while (encoding.step()) {}
      if (!config.encoder()) {
        forward(new int[tokens], 0, cache, Wanted.ALL);
        best(new int[tokens], 0, cache, config.vocabulary());
      }
    }
    projected(new float[config.hidden()]);
  }

  /** A cache of this model that can be used. */
  private SectionedCache usable(KvCache cache) {
    SectionedCache parts = SectionedCache.of(cache, this);
    parts.requireUsable();
    return parts;
  }

  @Override
  public boolean continuesAt(KvCache cache, int position) {
    return usable(cache).holds(position);
  }

  private void release(List<KvCache> parts) {
    for (int i = 0; i < parts.size(); i++) {
      sections.get(i).backend().release(parts.get(i));
    }
  }

  @Override
  public float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted) {
    config.requireDecoder();
    SectionedCache parts = usable(cache);
    parts.advance(position, tokens.length);
    Pass pass = new Pass(tokens.length, position, parts);
    pass.layers(tokens);
    float[] result = pass.readLogits(wanted);
    pass.submit();
    return result;
  }

  @Override
  public Best best(int[] tokens, int position, KvCache cache, int count) {
    config.requireDecoder();
    SectionedCache parts = usable(cache);
    parts.advance(position, tokens.length);
    Pass pass = new Pass(tokens.length, position, parts);
    pass.layers(tokens);
    return pass.readBest(count);
  }

  @Override
  public Encoding encode(int[] tokens, KvCache cache) {
    SectionedCache parts = usable(cache);
    return config.encoder()
        ? new EncoderPass(network, tokens, parts)
        : new DecoderEncoding(tokens, parts);
  }

  @Override
  public float[] projected(float[] rows) {
    requireOpen();
    return projector == null ? rows : projector.of(rows);
  }

  /** A sequence on its way through a decoder, batch by batch. */
  private final class DecoderEncoding implements Encoding {
    private final List<Batches.Range> ranges;
    private final SectionedCache cache;
    private final List<float[]> done = new ArrayList<>();

    DecoderEncoding(int[] tokens, SectionedCache cache) {
      this.ranges = Batches.of(tokens, maxBatch());
      this.cache = cache;
    }

    @Override
    public boolean step() {
      cache.requireUsable();
      if (done.size() < ranges.size()) {
        Batches.Range range = ranges.get(done.size());
        cache.advance(range.position(), range.ids().length);
        Pass pass = new Pass(range.ids().length, range.position(), cache);
        pass.layers(range.ids());
        done.add(pass.readHidden());
      }
      return done.size() < ranges.size();
    }

    @Override
    public float[] rows() {
      if (done.size() < ranges.size()) {
        throw new IllegalStateException("the encoding has not ended");
      }
      return Batches.joined(done);
    }
  }

  /** One batch on its way through the sections. */
  private final class Pass {
    private final int tokens;
    private final int position;
    private final SectionedCache cache;
    private final float[] angles;
    private final float[] localAngles;
    private Section section = sections.getFirst();
    private Scratch s;
    private Commands c;

    Pass(int tokens, int position, SectionedCache cache) {
      this.tokens = tokens;
      this.position = position;
      this.cache = cache;
      this.angles = network.rope().of(cache.spec().positions()).rows(position, tokens);
      this.localAngles = network.rope().local().rows(position, tokens);
      this.s = section.scratch().first(tokens);
      this.c = section.backend().record();
    }

    void layers(int[] ids) {
      writeAngles();
      network.input().record(c, s, network.blocks(), ids, position);
      for (int i = 0; i < sections.size(); i++) {
        if (i > 0) {
          enter(sections.get(i));
          writeAngles();
        }
        layersOf(cache.parts().get(i));
      }
      if (sections.size() > 1) {
        enter(sections.getFirst());
      }
    }

    private void writeAngles() {
      section.write(s.rope(), angles);
      if (config.window().size() > 0) {
        section.write(s.localRope(), localAngles);
      }
    }

    void submit() {
      section.backend().submit(c).await();
      c = section.backend().record();
    }

    /** Takes the hidden state to another section. */
    private void enter(Section next) {
      float[] hidden = new float[tokens * config.hidden()];
      c.readBack(s.x(), hidden, 0);
      submit();
      section = next;
      s = next.scratch().first(tokens);
      c = next.backend().record();
      next.write(s.x(), hidden);
    }

    private void layersOf(KvCache part) {
      for (int layer = section.first(); layer < section.end(); layer++) {
        LayerWeights w = network.layers().acquire(layer);
        try {
          network
              .blocks()
              .record(
                  c,
                  s,
                  w,
                  new BlockRecorder.Place(layer, part, layer - section.first(), position, 0));
          if (network.layers().passing(layer)) {
            submit();
          }
        } finally {
          network.layers().release(layer);
        }
      }
    }

    /** The hidden states of all tokens after the last norm. */
    float[] readHidden() {
      float[] hidden = new float[tokens * config.hidden()];
      network.blocks().norm(c, s.x(), lastNorm(), s.normed());
      c.readBack(s.normed(), hidden, 0);
      submit();
      return hidden;
    }

    private LayerWeights.Norm lastNorm() {
      return Objects.requireNonNull(network.head().norm());
    }

    float[] readLogits(Wanted wanted) {
      Tensor row = Objects.requireNonNull(logits);
      int count =
          switch (wanted) {
            case NONE -> 0;
            case LAST -> 1;
            case ALL -> tokens;
          };
      float[] result = new float[Math.multiplyExact(count, config.vocabulary())];
      for (int i = 0; i < count; i++) {
        recordLogits(tokens - count + i, row);
        c.readBack(row, result, i * config.vocabulary());
      }
      return result;
    }

    private void recordLogits(int token, Tensor row) {
      Tensor normed = s.normed().rows(0, 1);
      network.blocks().norm(c, s.x().rows(token, 1), lastNorm(), normed);
      BlockRecorder.project(c, normed, Objects.requireNonNull(network.head().output()), row);
      if (config.scales().logits() != 1f) {
        c.scale(row, config.scales().logits());
      }
      if (config.caps().logits() != 0f) {
        c.softCap(row, config.caps().logits());
      }
    }

    /** The last token's largest logit; all of them come back only where it is not finite. */
    Best readBest(int count) {
      Tensor row = Objects.requireNonNull(logits);
      Tensor largest = Objects.requireNonNull(best);
      float[] result = new float[2];
      recordLogits(tokens - 1, row);
      c.argMax(row, count, largest.rows(0, 1), largest.rows(1, 1));
      c.readBack(largest, result, 0);
      submit();
      if (Math.abs(result[1]) < Float.POSITIVE_INFINITY) {
        return new Best((int) result[0], new float[0]);
      }
      float[] all = new float[config.vocabulary()];
      c.readBack(row, all, 0);
      submit();
      return new Best((int) result[0], all);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (Section s : sections) {
      s.backend().close();
    }
  }
}
