package io.wasmchord.model;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A decoder: records one batch's commands and submits them. Prompts and single steps record the
 * same commands.
 */
final class Transformer implements Model {
  private final ModelConfig config;
  private final ModelWeights weights;
  private final RopeTables ropeTables;
  private final BlockRecorder blocks;
  private final List<Section> sections;
  private final Tensor logits; // [1, vocabulary], in the first section

  /**
   * What computes in and outside of the blocks.
   *
   * @param positions [positions, hidden], a row that is added to each token's, or null
   */
  record ModelWeights(
      Embedding embedding,
      @Nullable Tensor positions,
      Layers layers,
      LayerWeights.Norm outputNorm,
      LayerWeights.Projection output) {}

  Transformer(
      Architecture architecture,
      ModelConfig config,
      ModelWeights weights,
      RopeTables ropeTables,
      List<Section> sections) {
    this.config = config;
    this.weights = weights;
    this.ropeTables = ropeTables;
    this.blocks = new BlockRecorder(architecture, config);
    this.sections = sections;
    this.logits = Scratch.activation(sections.getFirst().backend(), 1, config.vocabulary());
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
    return newCache(CacheShape.of(config, positions, type, maxBatch()));
  }

  /** A cache of this shape, for tests. */
  KvCache newCache(KvSpec spec) {
    List<KvCache> parts = new ArrayList<>();
    try {
      for (Section s : sections) {
        parts.add(s.backend().allocateKv(spec.part(s.first(), s.end())));
      }
    } catch (RuntimeException e) {
      release(parts);
      throw e;
    }
    return new SectionedCache(spec, config.window().size(), parts);
  }

  @Override
  public void release(KvCache cache) {
    release(SectionedCache.of(cache).parts());
  }

  @Override
  public boolean continuesAt(KvCache cache, int position) {
    return SectionedCache.of(cache).holds(position);
  }

  private void release(List<KvCache> parts) {
    for (int i = 0; i < parts.size(); i++) {
      sections.get(i).backend().release(parts.get(i));
    }
  }

  @Override
  public float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted) {
    SectionedCache parts = SectionedCache.of(cache);
    parts.advance(position, tokens.length);
    return new Pass(tokens.length, position, parts).run(tokens, wanted);
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
      this.angles = ropeTables.of(cache.spec().positions()).rows(position, tokens);
      this.localAngles = ropeTables.local().rows(position, tokens);
      this.s = section.scratch().first(tokens);
      this.c = section.backend().record();
    }

    float[] run(int[] ids, Wanted wanted) {
      writeAngles();
      weights.embedding().record(c, ids, s.x());
      if (config.scales().embedding() != 1f) {
        c.scale(s.x(), config.scales().embedding());
      }
      if (weights.positions() != null) {
        int[] places = IntStream.range(position, position + tokens).toArray();
        c.embed(weights.positions(), places, s.delta()).add(s.x(), s.delta());
      }
      for (int i = 0; i < sections.size(); i++) {
        if (i > 0) {
          enter(sections.get(i));
          writeAngles();
        }
        layers(cache.parts().get(i));
      }
      if (sections.size() > 1) {
        enter(sections.getFirst());
      }
      float[] result = readLogits(wanted);
      submit();
      return result;
    }

    private void writeAngles() {
      section.write(s.rope(), angles);
      if (config.window().size() > 0) {
        section.write(s.localRope(), localAngles);
      }
    }

    private void submit() {
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

    private void layers(KvCache part) {
      for (int layer = section.first(); layer < section.end(); layer++) {
        LayerWeights w = weights.layers().acquire(layer);
        try {
          blocks.record(
              c, s, w, new BlockRecorder.Place(layer, part, layer - section.first(), position));
          if (weights.layers().passing(layer)) {
            submit();
          }
        } finally {
          weights.layers().release(layer);
        }
      }
    }

    private float[] readLogits(Wanted wanted) {
      int count =
          switch (wanted) {
            case NONE -> 0;
            case LAST -> 1;
            case ALL -> tokens;
          };
      float[] result = new float[Math.multiplyExact(count, config.vocabulary())];
      for (int i = 0; i < count; i++) {
        Tensor normed = s.normed().rows(0, 1);
        blocks.norm(c, s.x().rows(tokens - count + i, 1), weights.outputNorm(), normed);
        BlockRecorder.project(c, normed, weights.output(), logits);
        if (config.scales().logits() != 1f) {
          c.scale(logits, config.scales().logits());
        }
        if (config.caps().logits() != 0f) {
          c.softCap(logits, config.caps().logits());
        }
        c.readBack(logits, result, i * config.vocabulary());
      }
      return result;
    }
  }

  @Override
  public void close() {
    for (Section s : sections) {
      s.backend().close();
    }
  }
}
