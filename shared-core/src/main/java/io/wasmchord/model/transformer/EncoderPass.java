package io.wasmchord.model.transformer;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.tensors.CrossAttention;
import io.wasmchord.model.tensors.LayerWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Texts on their way through an encoder: one of any length, or several that are a batch together. A
 * layer takes the whole text before the next begins: first the keys and values of all its tokens,
 * batch by batch, then the rest. Between two batches the hidden states wait on the heap, so that a
 * long text needs no more scratch than a short one. Between two steps others may use the scratch.
 *
 * <p>Where a decoder follows, each of its layers that attend to the encoder's rows then stores
 * their keys and values.
 */
final class EncoderPass implements Encoding {
  private final Network network;
  private final List<SectionedCache> caches;
  private final List<Integer> lengths; // of the texts
  private final List<AdapterScale> adapters;
  private final int attends;
  private final List<Batch> batches;
  private final int encoders; // layers of the encoder
  private int layer;
  private Section section;
  private Commands c;
  private int loaded = -1; // the batch whose hidden states are in the section's scratch

  /**
   * Tokens that are computed together.
   *
   * @param parts consecutive ones of each text
   * @param hidden [tokens, hidden], overwritten layer by layer
   */
  private record Batch(
      List<Batches.TokenBatch> parts, float[] angles, float[] slidingAngles, float[] hidden) {
    int tokens() {
      return parts.stream().mapToInt(p -> p.ids().length).sum();
    }

    int[] ids() {
      return parts.stream().flatMapToInt(p -> IntStream.of(p.ids())).toArray();
    }

    int[] places() {
      return parts.stream()
          .flatMapToInt(p -> IntStream.range(p.position(), p.position() + p.ids().length))
          .toArray();
    }
  }

  /**
   * @param texts one, or several that fit a batch
   * @param caches of each
   */
  EncoderPass(Network network, List<int[]> texts, List<SectionedCache> caches) {
    this.network = network;
    this.caches = caches;
    this.lengths = texts.stream().map(ids -> ids.length).toList();
    this.encoders = encoders(network.config());
    caches.forEach(SectionedCache::encodes);
    this.adapters = caches.getFirst().adapters(0);
    if (!caches.stream().allMatch(cache -> cache.adapters(0).equals(adapters))) {
      throw new IllegalArgumentException("texts of a batch have different adapters");
    }
    this.section = network.sections().getFirst();
    this.c = begun();
    int[] first = texts.getFirst();
    if (texts.size() == 1) {
      this.attends = first.length;
      this.batches =
          Batches.of(first, section.scratch().x().rows()).stream()
              .map(part -> batch(List.of(part), first.length))
              .toList();
    } else {
      this.attends = Command.Attention.OWN;
      this.batches =
          List.of(batch(texts.stream().map(ids -> new Batches.TokenBatch(ids, 0)).toList(), 0));
    }
  }

  private Commands begun() {
    return network.recordings().begin(section, adapters);
  }

  /**
   * @param length of the text whose part it is; 0 where texts are whole
   */
  private Batch batch(List<Batches.TokenBatch> parts, int length) {
    List<float[]> angles = new ArrayList<>();
    List<float[]> slidingAngles = new ArrayList<>();
    for (Batches.TokenBatch part : parts) {
      int n = part.ids().length;
      angles.add(network.rope().of(length == 0 ? n : length).rows(part.position(), n));
      slidingAngles.add(network.rope().sliding().rows(part.position(), n));
    }
    int tokens = parts.stream().mapToInt(p -> p.ids().length).sum();
    return new Batch(
        parts,
        Batches.joined(angles),
        Batches.joined(slidingAngles),
        new float[tokens * network.config().hidden()]);
  }

  private static int encoders(ModelConfig config) {
    return config.stacks().decodes() ? config.stacks().encoder() : config.layers();
  }

  @Override
  public boolean step() {
    caches.forEach(SectionedCache::requireUsable);
    loaded = -1;
    if (ended()) {
      return false;
    }
    if (layer < encoders) {
      encode();
      layer++;
      if (layer == encoders) {
        norm();
        layer += network.config().stacks().decodes() ? 1 : 0; // the first that attends to the rows
      }
    } else {
      cross();
      layer += 2;
    }
    if (ended()) {
      for (int i = 0; i < caches.size(); i++) {
        caches.get(i).encoded(lengths.get(i));
      }
    }
    return !ended();
  }

  private boolean ended() {
    return layer >= network.config().layers();
  }

  private void encode() {
    enterSection();
    LayerWeights w = network.layers().acquire(layer);
    try {
      for (int i = 0; i < batches.size(); i++) {
        ActivationBuffers s = layer == 0 ? begin(i) : load(i);
        network.blocks().storeKeys(c, s, w, place(i));
      }
      for (int i = 0; i < batches.size(); i++) {
        ActivationBuffers s = load(i);
        network.blocks().recordRest(c, s, w, place(i));
        c.readBack(s.x(), batches.get(i).hidden, 0);
        submit();
      }
    } finally {
      network.layers().release(layer);
    }
  }

  /** The last norm, if there is one, whose factors are in the first section. */
  private void norm() {
    boolean last = !network.config().stacks().decodes();
    LayerWeights.Norm norm = last ? network.head().norm() : network.encoderNorm();
    if (norm == null) {
      return;
    }
    enter(network.sections().getFirst());
    for (int i = 0; i < batches.size(); i++) {
      ActivationBuffers s = load(i);
      network.blocks().norm(c, s, s.x(), norm, s.normed());
      c.readBack(s.normed(), batches.get(i).hidden, 0);
      submit();
    }
  }

  /** Stores keys and values of all rows in a layer of the decoder. */
  private void cross() {
    enterSection();
    LayerWeights w = network.layers().acquire(layer);
    try {
      if (!(w.mixer() instanceof CrossAttention cross)) {
        throw new IllegalStateException("layer " + layer + " does not attend to an encoder");
      }
      for (int i = 0; i < batches.size(); i++) {
        ActivationBuffers s = load(i);
        CrossRecorder.store(c, s, s.x(), cross, network.config().shape(layer), place(i));
      }
      submit();
    } finally {
      network.layers().release(layer);
    }
  }

  private BlockRecorder.Context place(int i) {
    int part = network.sections().indexOf(section);
    List<SequenceRows> rows = new ArrayList<>();
    for (Batches.TokenBatch text : batches.get(i).parts) {
      SectionedCache cache = caches.get(rows.size());
      rows.add(new SequenceRows(cache.parts().get(part), text.position(), text.ids().length));
    }
    int cacheLayer = network.config().encoder() ? 0 : layer - section.first();
    return new BlockRecorder.Context(layer, rows, cacheLayer, attends, List.of());
  }

  private void enterSection() {
    while (layer >= section.end()) {
      enter(network.sections().get(network.sections().indexOf(section) + 1));
    }
  }

  private void enter(Section next) {
    if (!next.equals(section)) {
      section = next;
      c = begun();
      loaded = -1;
    }
  }

  private ActivationBuffers begin(int i) {
    submit();
    Batch batch = batches.get(i);
    ActivationBuffers s = section.scratch().first(batch.tokens());
    writeAngles(s, batch);
    network.input().record(c, s, network.blocks(), batch.ids(), batch.places());
    c.readBack(s.x(), batch.hidden, 0);
    loaded = i;
    return s;
  }

  private ActivationBuffers load(int i) {
    Batch batch = batches.get(i);
    ActivationBuffers s = section.scratch().first(batch.tokens());
    if (loaded != i) {
      submit();
      writeAngles(s, batch);
      section.write(s.x(), batch.hidden);
      loaded = i;
    }
    return s;
  }

  private void writeAngles(ActivationBuffers s, Batch batch) {
    section.write(s.rope(), batch.angles);
    if (network.config().window().size() > 0) {
      section.write(s.slidingRope(), batch.slidingAngles);
    }
  }

  private void submit() {
    section.backend().submit(c).await();
    c = begun();
  }

  @Override
  public float[] rows() {
    if (!ended()) {
      throw new IllegalStateException("the encoding has not ended");
    }
    return Batches.joined(batches.stream().map(Batch::hidden).toList());
  }
}
