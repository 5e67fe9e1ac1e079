package io.wasmchord.model.transformer;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.tensors.LayerWeights;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A text on its way through an encoder. A layer takes the whole text before the next begins: first
 * the keys and values of all its tokens, batch by batch, then the rest. Between two batches the
 * hidden states wait on the heap, so that a long text needs no more scratch than a short one.
 * Between two steps others may use the scratch.
 */
final class EncoderPass implements Encoding {
  private final Network network;
  private final SectionedCache cache;
  private final int tokens;
  private final List<Batch> batches;
  private int layer;
  private Section section;
  private Commands c;
  private int loaded = -1; // the batch whose hidden states are in the section's scratch

  /**
   * Consecutive tokens.
   *
   * @param position of the first
   * @param hidden [tokens, hidden], overwritten layer by layer
   */
  private record Batch(
      int[] ids, int position, float[] angles, float[] slidingAngles, float[] hidden) {}

  EncoderPass(Network network, int[] ids, SectionedCache cache) {
    this.network = network;
    this.cache = cache;
    this.tokens = ids.length;
    this.section = network.sections().getFirst();
    this.c = section.backend().record();
    this.batches = Batches.of(ids, section.scratch().x().rows()).stream().map(this::batch).toList();
  }

  private Batch batch(Batches.TokenBatch range) {
    int n = range.ids().length;
    float[] angles = network.rope().of(tokens).rows(range.position(), n);
    float[] slidingAngles = network.rope().sliding().rows(range.position(), n);
    float[] hidden = new float[n * network.config().hidden()];
    return new Batch(range.ids(), range.position(), angles, slidingAngles, hidden);
  }

  @Override
  public boolean step() {
    cache.requireUsable();
    loaded = -1;
    if (layer == network.config().layers()) {
      return false;
    }
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
    layer++;
    if (layer == network.config().layers() && network.head().norm() != null) {
      norm(network.head().norm());
    }
    return layer < network.config().layers();
  }

  /** The last norm, whose factors are in the first section. */
  private void norm(LayerWeights.Norm norm) {
    enter(network.sections().getFirst());
    for (int i = 0; i < batches.size(); i++) {
      ActivationBuffers s = load(i);
      network.blocks().norm(c, s, s.x(), norm, s.normed());
      c.readBack(s.normed(), batches.get(i).hidden, 0);
      submit();
    }
  }

  private BlockRecorder.Context place(int i) {
    int part = network.sections().indexOf(section);
    Batch batch = batches.get(i);
    SequenceRows rows = new SequenceRows(cache.parts().get(part), batch.position, batch.ids.length);
    return new BlockRecorder.Context(layer, List.of(rows), 0, tokens);
  }

  private void enterSection() {
    if (layer >= section.end()) {
      enter(network.sections().get(network.sections().indexOf(section) + 1));
    }
  }

  private void enter(Section next) {
    if (!next.equals(section)) {
      section = next;
      c = section.backend().record();
      loaded = -1;
    }
  }

  private ActivationBuffers begin(int i) {
    submit();
    Batch batch = batches.get(i);
    ActivationBuffers s = section.scratch().first(batch.ids.length);
    writeAngles(s, batch);
    int[] places = IntStream.range(batch.position, batch.position + batch.ids.length).toArray();
    network.input().record(c, s, network.blocks(), batch.ids, places);
    c.readBack(s.x(), batch.hidden, 0);
    loaded = i;
    return s;
  }

  private ActivationBuffers load(int i) {
    Batch batch = batches.get(i);
    ActivationBuffers s = section.scratch().first(batch.ids.length);
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
    c = section.backend().record();
  }

  @Override
  public float[] rows() {
    if (layer < network.config().layers()) {
      throw new IllegalStateException("the encoding has not ended");
    }
    return Batches.joined(batches.stream().map(Batch::hidden).toList());
  }
}
