package io.wasmchord.model.transformer;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.HiddenRows;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.Loops;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.RareFeatures;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.tensors.LayerWeights;
import io.wasmchord.model.tensors.RopeTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One batch on its way through the sections. */
final class Pass {
  private final Network network;
  private final ModelConfig config;
  private final List<Section> sections;
  private final Outputs outputs;
  private final List<Sequence> sequences;
  private final int tokens;
  private final float[] angles;
  private final float[] slidingAngles;
  private final List<AdapterScale> applied;
  private final List<Runnable> told = new ArrayList<>(); // whoever watches a sequence
  private Section section;
  private ActivationBuffers s;
  private Commands c;

  /**
   * Where logits go, in the first section.
   *
   * @param logits [rows, vocabulary], or null where the model has none
   * @param best [2, 1], the largest of a row: its place and itself
   */
  record Outputs(@Nullable Tensor logits, @Nullable Tensor best) {}

  /** What a batch has of a sequence. */
  record Sequence(int[] ids, int position, SectionedCache cache, SectionedCache.States states) {
    void finish() {
      cache.finished(position, ids.length, states);
    }

    SequenceRows rows(int section) {
      return new SequenceRows(cache.parts().get(section), position, ids.length);
    }
  }

  /**
   * @param applied the adapters of all sequences
   */
  Pass(Network network, Outputs outputs, List<Sequence> sequences, List<AdapterScale> applied) {
    this.network = network;
    this.config = network.config();
    this.sections = network.sections();
    this.section = sections.getFirst();
    this.outputs = outputs;
    this.sequences = sequences;
    this.tokens = sequences.stream().mapToInt(q -> q.ids.length).sum();
    this.applied = applied;
    this.angles = angles(q -> network.rope().of(q.cache.spec().positions()));
    this.slidingAngles = angles(q -> network.rope().sliding());
    this.s = section.scratch().first(tokens);
    this.c = begun();
  }

  private Commands begun() {
    return network.recordings().begin(section, applied);
  }

  private float[] angles(Function<Sequence, RopeTable> tables) {
    return Batches.joined(
        sequences.stream().map(q -> tables.apply(q).rows(q.position, q.ids.length)).toList());
  }

  private int[] each(Function<Sequence, IntStream> values) {
    return sequences.stream().map(values).flatMapToInt(v -> v).toArray();
  }

  void layers() {
    writeAngles();
    writeBeside();
    int[] ids = each(q -> IntStream.of(q.ids));
    int[] places = each(q -> IntStream.range(q.position, q.position + q.ids.length));
    network.input().record(c, s, network.blocks(), ids, places);
    for (int i = 0; i < sections.size(); i++) {
      if (i > 0) {
        enter(sections.get(i));
        writeAngles();
      }
      layersOf(i);
    }
    if (sections.size() > 1) {
      enter(sections.getFirst());
    }
    if (network.input().streams() != null) {
      network.blocks().altUp().leave(c, s, network.input().streams());
    }
    if (network.input().hyper() != null) {
      network.blocks().hyper().reduce(c, s, network.input().hyper());
    }
  }

  private void writeAngles() {
    section.write(s.rope(), angles);
    if (config.window().size() > 0) {
      section.write(s.slidingRope(), slidingAngles);
    }
    RareFeatures.Temperature temperature = config.rare().temperature();
    if (temperature != null) {
      List<float[]> factors =
          sequences.stream().map(q -> temperature.factors(q.position, q.ids.length)).toList();
      section.write(Objects.requireNonNull(s.temperature()), Batches.joined(factors));
    }
  }

  void submit() {
    section.backend().submit(c).await();
    c = begun();
  }

  /** Takes the hidden state to another section. */
  private void enter(Section next) {
    List<float[]> carried = new ArrayList<>();
    for (Tensor tensor : s.carried()) {
      float[] values = new float[tensor.rows() * tensor.cols()];
      c.readBack(tensor, values, 0);
      carried.add(values);
    }
    submit();
    section = next;
    s = next.scratch().first(tokens);
    c = begun();
    for (int i = 0; i < carried.size(); i++) {
      next.write(s.carried().get(i), carried.get(i));
    }
  }

  /** Notes in the caches that all of it is done. */
  void finish() {
    sequences.forEach(Sequence::finish);
    told.forEach(Runnable::run);
  }

  /** Records that hidden states come back, where somebody is told of them. */
  void watched() {
    int row = 0;
    for (Sequence q : sequences) {
      HiddenRows watcher = q.cache.watcher();
      int n = q.ids.length;
      if (watcher != null) {
        float[] rows = new float[n * config.hidden()];
        Tensor normed = s.normed().rows(0, n);
        network.blocks().norm(c, s, s.x().rows(row, n), lastNorm(), normed);
        c.readBack(normed, rows, 0);
        told.add(() -> watcher.fed(q.position, rows));
      }
      row += n;
    }
  }

  /** Writes the hidden states beside tokens, where the model takes such. */
  private void writeBeside() {
    if (network.input().joined() != null) {
      section.write(
          s.delta(),
          Batches.joined(
              sequences.stream()
                  .map(q -> q.cache.takeBeside(q.ids.length * config.hidden()))
                  .toList()));
    }
  }

  private void layersOf(int part) {
    List<SequenceRows> rows = sequences.stream().map(q -> q.rows(part)).toList();
    List<Integer> encoded = sequences.stream().map(q -> q.cache.encoded()).toList();
    copyStates(part, SectionedCache.States::restored, true);
    int first = Math.max(section.first(), config.stacks().encoder());
    if (config.rare().loops().exist() && first < section.end()) {
      passes(rows);
    } else {
      for (int layer = first; layer < section.end(); layer++) {
        layer(new BlockRecorder.Context(layer, rows, layer - section.first(), 0, encoded));
      }
    }
    copyStates(part, SectionedCache.States::kept, false);
  }

  /** Layers that tokens go through several times, all in one section. */
  private void passes(List<SequenceRows> rows) {
    LoopRecorder loops = new LoopRecorder(network.blocks(), lastNorm());
    int slot = 0;
    for (Loops.Pass pass : config.rare().loops().passes()) {
      loops.before(c, s);
      for (int i = 0; i < pass.count(); i++) {
        layer(new BlockRecorder.Context(pass.first() + i, rows, slot++, 0, List.of()));
      }
      loops.after(c, s, pass.after());
    }
  }

  private void layer(BlockRecorder.Context context) {
    int layer = context.layer();
    LayerWeights w = network.layers().acquire(layer);
    try {
      network.blocks().record(c, s, w, context);
      if (network.layers().passing(layer)) {
        submit();
      }
    } finally {
      network.layers().release(layer);
    }
  }

  /** Copies the states of a section's recurrent layers to slots, or back. */
  private void copyStates(int part, ToIntFunction<SectionedCache.States> slots, boolean restores) {
    for (Sequence q : sequences) {
      KvCache cache = q.cache.parts().get(part);
      int slot = slots.applyAsInt(q.states);
      if (slot != 0) {
        copyStates(c, cache, restores ? slot : 0, restores ? 0 : slot);
      }
    }
  }

  /** The hidden states of all tokens after the last norm. */
  float[] readHidden() {
    float[] hidden = new float[tokens * config.hidden()];
    network.blocks().norm(c, s, s.x(), lastNorm(), s.normed());
    c.readBack(s.normed(), hidden, 0);
    submit();
    return hidden;
  }

  private LayerWeights.Norm lastNorm() {
    return Objects.requireNonNull(network.head().norm());
  }

  /**
   * The logits of each sequence's last tokens. The rows of all are normed to one batch, which goes
   * through the head in chunks.
   *
   * @param counts how many rows of each sequence
   */
  List<float[]> readLogits(List<Integer> counts) {
    int end = 0;
    int all = 0;
    List<float[]> results = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      int count = counts.get(i);
      end += sequences.get(i).ids.length;
      if (count > 0) {
        Tensor normed = s.normed().rows(all, count);
        network.blocks().norm(c, s, s.x().rows(end - count, count), lastNorm(), normed);
      }
      all += count;
      results.add(new float[Math.multiplyExact(count, config.vocabulary())]);
    }
    head(counts, results, all);
    return results;
  }

  private void head(List<Integer> counts, List<float[]> results, int all) {
    Tensor buffer = Objects.requireNonNull(outputs.logits);
    int sequence = 0;
    int row = 0; // of the sequence
    for (int at = 0; at < all; at += buffer.rows()) {
      Tensor rows = buffer.rows(0, Math.min(buffer.rows(), all - at));
      project(s.normed().rows(at, rows.rows()), rows);
      for (int i = 0; i < rows.rows(); ) {
        while (row == counts.get(sequence)) {
          sequence++;
          row = 0;
        }
        int n = Math.min(rows.rows() - i, counts.get(sequence) - row);
        c.readBack(rows.rows(i, n), results.get(sequence), row * config.vocabulary());
        i += n;
        row += n;
      }
    }
  }

  private void project(Tensor normed, Tensor rows) {
    BlockRecorder.project(c, normed, Objects.requireNonNull(network.head().output()), rows);
    if (config.scales().logits() != 1f) {
      c.scale(rows, config.scales().logits());
    }
    if (config.caps().logits() != 0f) {
      c.softCap(rows, config.caps().logits());
    }
  }

  /** The last token's largest logit; all of them come back only where it is not finite. */
  Model.Best readBest(int count) {
    Tensor row = Objects.requireNonNull(outputs.logits).rows(0, 1);
    Tensor normed = s.normed().rows(0, 1);
    Tensor largest = Objects.requireNonNull(outputs.best);
    float[] result = new float[2];
    network.blocks().norm(c, s, s.x().rows(tokens - 1, 1), lastNorm(), normed);
    project(normed, row);
    c.argMax(row, count, largest.rows(0, 1), largest.rows(1, 1));
    c.readBack(largest, result, 0);
    submit();
    if (Math.abs(result[1]) < Float.POSITIVE_INFINITY) {
      return new Model.Best((int) result[0], new float[0]);
    }
    float[] all = new float[config.vocabulary()];
    c.readBack(row, all, 0);
    submit();
    return new Model.Best((int) result[0], all);
  }

  /** Copies the states of recurrent layers from one slot to another. */
  static void copyStates(Commands c, KvCache cache, int from, int to) {
    for (int layer = 0; layer < cache.spec().layers().size(); layer++) {
      if (cache.spec().layer(layer).state() > 0) {
        Tensor states = cache.states(layer);
        c.gather(states.rows(from, 1), new int[] {0}, states.rows(to, 1));
      }
    }
  }
}
