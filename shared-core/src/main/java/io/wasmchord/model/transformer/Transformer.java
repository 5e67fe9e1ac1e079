package io.wasmchord.model.transformer;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
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
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.residency.CacheShape;
import io.wasmchord.model.tensors.BoundWeights;
import io.wasmchord.model.tensors.ClassifierWeights;
import io.wasmchord.model.tensors.OutsideWeights;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transformer: records one batch's commands and submits them. Prompts and single steps record the
 * same commands.
 */
final class Transformer implements Model {
  private final Network network;
  private final ModelConfig config;
  private final List<Section> sections;
  private final Pass.Outputs outputs;
  private final @Nullable Projector projector;
  private final @Nullable ClassifierHead classifier;
  private final ModelAdapters adapters;
  private final Caches caches;
  private final BoundWeights bound;
  private int losses;
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
    this.outputs =
        new Pass.Outputs(
            ActivationBuffers.logits(config, maxBatch(), source),
            ActivationBuffers.best(config, source));
    Tensor wide = ActivationBuffers.wide(config, source);
    OutsideWeights.Dense dense = network.head().dense();
    this.projector =
        dense == null || wide == null ? null : new Projector(dense, sections.getFirst(), wide);
    Tensor labels = ActivationBuffers.outputs(config, source);
    ClassifierWeights head = network.head().classifier();
    this.classifier =
        head == null || labels == null
            ? null
            : new ClassifierHead(head, sections.getFirst(), labels, config.normEps());
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
  public void cachesLost() {
    losses++;
    caches.lost();
  }

  @Override
  public int losses() {
    return losses;
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
      Pass.copyStates(c, parts.parts().get(i), 0, slot);
      section.backend().submit(c).await();
    }
    parts.kept(position, slot);
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

    Pass.Sequence begin() {
      return new Pass.Sequence(ids, position, cache, cache.advance(position, ids.length));
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
    return new Pass(network, outputs, sequences.stream().map(Tokens::begin).toList(), same);
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
