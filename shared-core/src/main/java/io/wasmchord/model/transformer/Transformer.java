package io.wasmchord.model.transformer;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.NoClassifierException;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.CacheContents;
import io.wasmchord.model.CacheMarks;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.HiddenRows;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.RareFeatures;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.residency.CacheShape;
import io.wasmchord.model.tensors.BoundWeights;
import io.wasmchord.model.tensors.ClassifierWeights;
import io.wasmchord.model.tensors.LayerWeights;
import io.wasmchord.model.tensors.OutsideWeights;
import io.wasmchord.model.tensors.RopeTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A transformer: records one batch's commands and submits them. Prompts and single steps record the
 * same commands.
 */
final class Transformer implements Model {
  private final Network network;
  private final ModelConfig config;
  private final List<Section> sections;
  private final @Nullable Tensor logits; // [rows, vocabulary], in the first section
  private final @Nullable Tensor best; // [2, 1], the largest of a row: its place and itself
  private final @Nullable Projector projector;
  private final @Nullable ClassifierHead classifier;
  private final ModelAdapters adapters;
  private final Caches caches;
  private final BoundWeights bound;
  private boolean closed;

  /**
   * @param bound its weights, as far as they do not pass through slots
   */
  Transformer(Network network, ModelAdapters adapters, BoundWeights bound) {
    this.network = network;
    this.bound = bound;
    this.adapters = adapters;
    this.config = network.config();
    this.sections = network.sections();
    this.caches = new Caches(this, network);
    ActivationBuffers.Source source = ActivationBuffers.Source.of(sections.getFirst().backend());
    this.logits = ActivationBuffers.logits(config, maxBatch(), source);
    this.best = ActivationBuffers.best(config, source);
    Tensor wide = ActivationBuffers.wide(config, source);
    OutsideWeights.Dense dense = network.head().dense();
    this.projector =
        dense == null || wide == null ? null : new Projector(dense, sections.getFirst(), wide);
    Tensor outputs = ActivationBuffers.outputs(config, source);
    ClassifierWeights head = network.head().classifier();
    this.classifier =
        head == null || outputs == null
            ? null
            : new ClassifierHead(head, sections.getFirst(), outputs, config.normEps());
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  /** What a model beside it can share. */
  BoundWeights bound() {
    return bound;
  }

  @Override
  public int maxBatch() {
    return sections.getFirst().scratch().x().rows();
  }

  @Override
  public KvCache newCache(int positions, CacheOptions options) {
    return caches.make(positions, options);
  }

  /** A cache of this shape. */
  KvCache newCache(KvSpec spec, int spacing) {
    return caches.make(spec, spacing);
  }

  @Override
  public void release(KvCache cache) {
    if (!closed) {
      caches.release(cache);
    }
  }

  /** Throws where the model cannot compute any more. */
  void requireOpen() {
    if (closed) {
      throw ClosedException.model();
    }
  }

  @Override
  public ModelAdapters adapters() {
    return adapters;
  }

  /**
   * A dry run: does once whatever records commands of its own, for backends that look at them and
   * compute nothing. Prompts may record what a token does not.
   */
  void dryRun() {
    int batch = Math.min(maxBatch(), config.contextLength());
    CacheOptions often = new CacheOptions(KvType.F32, 1, 1); // so that states are copied
    KvCache cache = newCache(CacheShape.of(config, batch, often, maxBatch()), often.spacing());
    for (int tokens : new int[] {1, batch}) {
      Encoding encoding = encode(new int[tokens], cache);
      while (encoding.step()) {}
      if (!config.encoder()) {
        forward(new int[tokens], 0, cache, Wanted.ALL);
        best(new int[tokens], 0, cache, config.vocabulary());
      }
    }
    projected(new float[config.hidden()]);
    if (classifier != null) {
      classified(new float[config.hidden()]);
    }
  }

  private SectionedCache usable(KvCache cache) {
    return caches.usable(cache);
  }

  @Override
  public int resumesAt(KvCache cache, int position) {
    return usable(cache).resumesAt(position);
  }

  @Override
  public int copyable(KvCache from, KvCache to, int positions) {
    return caches.copyable(from, to, positions);
  }

  @Override
  public void watch(KvCache cache, @Nullable HiddenRows watcher) {
    caches.usable(cache).watch(watcher);
  }

  @Override
  public void beside(KvCache cache, float[] rows) {
    caches.usable(cache).beside(rows);
  }

  @Override
  public void keep(KvCache cache, int position) {
    SectionedCache parts = caches.usable(cache);
    int slot = parts.keeps(position);
    if (slot == 0) {
      return;
    }
    for (int i = 0; i < sections.size(); i++) {
      Section section = sections.get(i);
      Commands c = network.recordings().begin(section, List.of());
      copyStates(c, parts.parts().get(i), 0, slot);
      section.backend().submit(c).await();
    }
    parts.kept(position, slot);
  }

  /** Copies the states of recurrent layers from one slot to another. */
  private static void copyStates(Commands c, KvCache cache, int from, int to) {
    for (int layer = 0; layer < cache.spec().layers().size(); layer++) {
      if (cache.spec().layer(layer).state() > 0) {
        Tensor states = cache.states(layer);
        c.gather(states.rows(from, 1), new int[] {0}, states.rows(to, 1));
      }
    }
  }

  @Override
  public int copy(KvCache from, KvCache to, int positions) {
    return caches.copy(from, to, positions);
  }

  @Override
  public CacheContents contents(KvCache cache, int positions) {
    return caches.contents(cache, positions);
  }

  @Override
  public CacheContents restoring(KvCache cache, CacheMarks marks) {
    return caches.restoring(cache, marks);
  }

  @Override
  public void restored(KvCache cache, CacheContents contents) {
    caches.restored(cache, contents);
  }

  @Override
  public float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted) {
    return forward(List.of(new Feed(tokens, position, cache, wanted))).getFirst();
  }

  @Override
  public List<float[]> forward(List<Feed> feeds) {
    config.requireDecoder();
    List<Tokens> sequences = feeds.stream().map(f -> Tokens.of(f, usable(f.cache()))).toList();
    if (sequences.stream().map(Tokens::cache).distinct().count() < feeds.size()) {
      throw new IllegalArgumentException("two sequences of a batch have the same cache");
    }
    require(sequences);
    float[][] logits = new float[feeds.size()][];
    for (List<Integer> places : alike(sequences)) {
      Pass pass = begin(places.stream().map(sequences::get).toList());
      pass.layers();
      pass.watched();
      List<float[]> some =
          pass.readLogits(
              places.stream()
                  .map(feeds::get)
                  .map(f -> rows(f.wanted(), f.tokens().length))
                  .toList());
      pass.submit();
      pass.finish();
      for (int i = 0; i < places.size(); i++) {
        logits[places.get(i)] = some.get(i);
      }
    }
    return List.of(logits);
  }

  /** The places of sequences that have the same adapters, which are computed together. */
  private static Collection<List<Integer>> alike(List<Tokens> sequences) {
    Map<List<AdapterScale>, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < sequences.size(); i++) {
      places.computeIfAbsent(sequences.get(i).adapters(), same -> new ArrayList<>()).add(i);
    }
    return places.values();
  }

  /** How many of the last tokens' rows of logits are wanted. */
  private static int rows(Wanted wanted, int tokens) {
    return switch (wanted) {
      case NONE -> 0;
      case LAST -> 1;
      case ALL -> tokens;
    };
  }

  /** What a batch is to have of a sequence. */
  private record Tokens(int[] ids, int position, SectionedCache cache) {
    static Tokens of(Feed feed, SectionedCache cache) {
      return new Tokens(feed.tokens(), feed.position(), cache);
    }

    List<AdapterScale> adapters() {
      return cache.adapters(position);
    }

    Sequence begin() {
      return new Sequence(ids, position, cache, cache.advance(position, ids.length));
    }
  }

  /** What a batch has of a sequence. */
  private record Sequence(
      int[] ids, int position, SectionedCache cache, SectionedCache.States states) {
    void finish() {
      cache.finished(position, ids.length, states);
    }

    SequenceRows rows(int section) {
      return new SequenceRows(cache.parts().get(section), position, ids.length);
    }
  }

  /** Notes in all caches, or in none, that they are fed. */
  private Pass pass(List<Tokens> sequences) {
    require(sequences);
    return begin(sequences);
  }

  private void require(List<Tokens> sequences) {
    int tokens = sequences.stream().mapToInt(s -> s.ids.length).sum();
    if (tokens < 1 || tokens > maxBatch()) {
      throw new IllegalArgumentException(
          tokens + " tokens in a batch; the model takes 1 to " + maxBatch());
    }
    sequences.forEach(s -> s.cache.requireAttended(s.position, s.ids.length));
    if (config.stacks().decodes()) {
      sequences.forEach(s -> s.cache.requireEncoded());
    }
    sequences.forEach(s -> adapters.requireLoaded(s.adapters()));
  }

  /** Those have the same adapters. */
  private Pass begin(List<Tokens> sequences) {
    List<AdapterScale> same = sequences.getFirst().adapters();
    return new Pass(sequences.stream().map(Tokens::begin).toList(), same);
  }

  @Override
  public Best best(int[] tokens, int position, KvCache cache, int count) {
    config.requireDecoder();
    Pass pass = pass(List.of(new Tokens(tokens, position, usable(cache))));
    pass.layers();
    pass.watched();
    Best best = pass.readBest(count);
    pass.finish();
    return best;
  }

  @Override
  public Encoding encode(int[] tokens, KvCache cache) {
    SectionedCache parts = usable(cache);
    return config.encoder() || config.stacks().decodes()
        ? new EncoderPass(network, List.of(tokens), List.of(parts))
        : new DecoderEncoding(tokens, parts);
  }

  @Override
  public Encoding encode(List<int[]> texts, List<KvCache> caches) {
    if (texts.size() == 1) {
      return Model.super.encode(texts, caches);
    }
    int tokens = texts.stream().mapToInt(ids -> ids.length).sum();
    if (!config.encoder()
        || tokens > maxBatch()
        || caches.stream().distinct().count() < texts.size()) {
      throw new IllegalArgumentException(
          texts.size()
              + " texts of "
              + tokens
              + " tokens; an encoder takes "
              + maxBatch()
              + " together, each with a cache of its own");
    }
    return new EncoderPass(network, texts, caches.stream().map(this::usable).toList());
  }

  @Override
  public float[] projected(float[] rows) {
    requireOpen();
    return projector == null ? rows : projector.of(rows);
  }

  @Override
  public float[] classified(float[] rows) {
    requireOpen();
    if (classifier == null) {
      throw new NoClassifierException(config.architecture());
    }
    return classifier.of(rows);
  }

  /** A sequence on its way through a decoder, batch by batch. */
  private final class DecoderEncoding implements Encoding {
    private final List<Batches.TokenBatch> ranges;
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
        Batches.TokenBatch range = ranges.get(done.size());
        Pass pass = pass(List.of(new Tokens(range.ids(), range.position(), cache)));
        pass.layers();
        done.add(pass.readHidden());
        pass.finish();
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
    private final List<Sequence> sequences;
    private final int tokens;
    private final float[] angles;
    private final float[] slidingAngles;
    private final List<AdapterScale> applied;
    private final List<Runnable> told = new ArrayList<>(); // whoever watches a sequence
    private Section section = sections.getFirst();
    private ActivationBuffers s;
    private Commands c;

    Pass(List<Sequence> sequences, List<AdapterScale> applied) {
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
      for (int layer = first; layer < section.end(); layer++) {
        LayerWeights w = network.layers().acquire(layer);
        try {
          int cacheLayer = layer - section.first();
          network
              .blocks()
              .record(c, s, w, new BlockRecorder.Context(layer, rows, cacheLayer, 0, encoded));
          if (network.layers().passing(layer)) {
            submit();
          }
        } finally {
          network.layers().release(layer);
        }
      }
      copyStates(part, SectionedCache.States::kept, false);
    }

    /** Copies the states of a section's recurrent layers to slots, or back. */
    private void copyStates(
        int part, ToIntFunction<SectionedCache.States> slots, boolean restores) {
      for (Sequence q : sequences) {
        KvCache cache = q.cache.parts().get(part);
        int slot = slots.applyAsInt(q.states);
        if (slot != 0) {
          Transformer.copyStates(c, cache, restores ? slot : 0, restores ? 0 : slot);
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
     * The logits of each sequence's last tokens. The rows of all are normed to one batch, which
     * goes through the head in chunks.
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
      Tensor buffer = Objects.requireNonNull(logits);
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
    Best readBest(int count) {
      Tensor row = Objects.requireNonNull(logits).rows(0, 1);
      Tensor normed = s.normed().rows(0, 1);
      Tensor largest = Objects.requireNonNull(best);
      float[] result = new float[2];
      network.blocks().norm(c, s, s.x().rows(tokens - 1, 1), lastNorm(), normed);
      project(normed, row);
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
