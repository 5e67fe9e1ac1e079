package io.wasmchord.jvm;

import io.wasmchord.backend.KvCache;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Adapters;
import io.wasmchord.model.CacheContents;
import io.wasmchord.model.CacheMarks;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.CacheOptions;
import java.util.List;

/**
 * A model for any number of threads: they take turns, a batch or a token at a time. This is the
 * only way to what the threads share: weights, scratch, the backend, its memory and its worker
 * pool.
 */
final class SharedModel implements Model {
  private final Model model;
  private final Turns turns = new Turns();
  private final JointFeeds joint;
  private final Adapters adapters;

  /**
   * @param model that nothing else uses from now on
   */
  SharedModel(Model model) {
    this.model = model;
    this.joint = new JointFeeds(model, turns);
    this.adapters = new SharedAdapters(model.adapters(), this);
  }

  /** What threads wait for. */
  Turns turns() {
    return turns;
  }

  @Override
  public Turn turn(RunControl control) {
    turns.enter(control);
    return turns::leave;
  }

  private Turn turn() {
    return turn(RunControl.NONE);
  }

  @Override
  public ModelConfig config() {
    return model.config();
  }

  @Override
  public int maxBatch() {
    return model.maxBatch();
  }

  @Override
  public KvCache newCache(int positions, CacheOptions options) {
    try (Turn _ = turn()) {
      return model.newCache(positions, options);
    }
  }

  @Override
  public void release(KvCache cache) {
    turns.enterAnyway();
    try {
      model.release(cache);
    } finally {
      turns.leave();
    }
  }

  @Override
  public int resumesAt(KvCache cache, int position) {
    try (Turn _ = turn()) {
      return model.resumesAt(cache, position);
    }
  }

  @Override
  public int copyable(KvCache from, KvCache to, int positions) {
    try (Turn _ = turn()) {
      return model.copyable(from, to, positions);
    }
  }

  @Override
  public int copy(KvCache from, KvCache to, int positions) {
    try (Turn _ = turn()) {
      return model.copy(from, to, positions);
    }
  }

  @Override
  public CacheContents contents(KvCache cache, int positions) {
    try (Turn _ = turn()) {
      return new ContentsInTurns(model.contents(cache, positions));
    }
  }

  @Override
  public CacheContents restoring(KvCache cache, CacheMarks marks) {
    try (Turn _ = turn()) {
      return new ContentsInTurns(model.restoring(cache, marks));
    }
  }

  @Override
  public void restored(KvCache cache, CacheContents contents) {
    try (Turn _ = turn()) {
      model.restored(cache, contents);
    }
  }

  @Override
  public float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted) {
    try (Turn _ = turn()) {
      return model.forward(tokens, position, cache, wanted);
    }
  }

  @Override
  public Best best(int[] tokens, int position, KvCache cache, int count) {
    try (Turn _ = turn()) {
      return model.best(tokens, position, cache, count);
    }
  }

  @Override
  public List<float[]> forward(List<Feed> feeds) {
    try (Turn _ = turn()) {
      return model.forward(feeds);
    }
  }

  @Override
  public float[] forward(Feed feed, RunControl control) {
    return joint.forward(feed, control);
  }

  @Override
  public Best best(Feed feed, int count, RunControl control) {
    return joint.best(feed, count, control);
  }

  @Override
  public Encoding encode(int[] tokens, KvCache cache) {
    try (Turn _ = turn()) {
      return new InTurns(model.encode(tokens, cache));
    }
  }

  @Override
  public Encoding encode(List<int[]> texts, List<KvCache> caches) {
    try (Turn _ = turn()) {
      return new InTurns(model.encode(texts, caches));
    }
  }

  @Override
  public float[] projected(float[] rows) {
    try (Turn _ = turn()) {
      return model.projected(rows);
    }
  }

  @Override
  public float[] classified(float[] rows) {
    try (Turn _ = turn()) {
      return model.classified(rows);
    }
  }

  @Override
  public Adapters adapters() {
    return adapters;
  }

  /** Contents of which a piece is a turn. */
  private final class ContentsInTurns implements CacheContents {
    private final CacheContents contents;

    ContentsInTurns(CacheContents contents) {
      this.contents = contents;
    }

    @Override
    public CacheMarks marks() {
      return contents.marks();
    }

    @Override
    public int pieces() {
      return contents.pieces();
    }

    @Override
    public int bytes(int piece) {
      return contents.bytes(piece);
    }

    @Override
    public void read(int piece, byte[] to) {
      try (Turn _ = turn()) {
        contents.read(piece, to);
      }
    }

    @Override
    public void write(int piece, byte[] from) {
      try (Turn _ = turn()) {
        contents.write(piece, from);
      }
    }
  }

  /** An encoding whose steps are turns. */
  private final class InTurns implements Encoding {
    private final Encoding encoding;

    InTurns(Encoding encoding) {
      this.encoding = encoding;
    }

    @Override
    public boolean step() {
      try (Turn _ = turn()) {
        return encoding.step();
      }
    }

    @Override
    public float[] rows() {
      try (Turn _ = turn()) {
        return encoding.rows();
      }
    }
  }

  /** Waits for the step that is being computed; threads that wait for theirs do so in vain. */
  @Override
  public void close() {
    turns.close();
    turns.enterAnyway();
    try {
      model.close();
    } finally {
      turns.leave();
    }
  }
}
