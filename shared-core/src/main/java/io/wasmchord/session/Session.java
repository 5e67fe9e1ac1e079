package io.wasmchord.session;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.host.CancelledException;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.EmbeddingOnlyException;
import io.wasmchord.model.Model;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Arrays;

/**
 * One sequence of tokens with its KV cache. Prompts that begin like the sequence so far are fed
 * only from where they differ, or from the start where the model's windows have moved too far on.
 * One generation at a time; starting another ends the one before.
 */
public final class Session implements AutoCloseable {
  private final Model model;
  private final Tokenizer tokenizer;
  private final Clock clock;
  private final KvCache cache;
  private final int[] sequence;
  private int cached; // tokens of sequence whose keys and values the cache holds

  /** The same, with a cache of float32. */
  public Session(Model model, Tokenizer tokenizer, int contextLength, Clock clock) {
    this(model, tokenizer, contextLength, KvType.F32, clock);
  }

  /**
   * @param contextLength the longest sequence, prompt and answer together
   * @param cacheType how keys and values are stored
   * @throws InvalidRequestException when {@code contextLength} is not within 1 and what the model
   *     was trained for
   * @throws EmbeddingOnlyException when the model cannot generate
   * @throws io.wasmchord.backend.UnsupportedCacheException when the model's heads do not divide
   *     into the cache type's blocks
   */
  public Session(
      Model model, Tokenizer tokenizer, int contextLength, KvType cacheType, Clock clock) {
    EmbeddingOnlyException.requireDecoder(model.config());
    Requirements.contextLength(model.config(), contextLength);
    Requirements.vocabulary(model, tokenizer);
    this.model = model;
    this.tokenizer = tokenizer;
    this.clock = clock;
    this.cache = model.newCache(contextLength, cacheType);
    this.sequence = new int[contextLength];
  }

  /** The longest sequence. */
  public int contextLength() {
    return sequence.length;
  }

  /** Bytes of the KV cache. */
  public long cacheBytes() {
    return cache.spec().bytes();
  }

  /**
   * Begins to answer a prompt; nothing is computed yet.
   *
   * @throws InvalidRequestException when the prompt is empty, leaves no room for an answer or holds
   *     an id that is no token
   */
  public Generation start(int[] prompt, GenerationOptions options) {
    if (prompt.length == 0) {
      throw new InvalidRequestException("the prompt is empty; give at least one token");
    }
    if (prompt.length > sequence.length) {
      throw new InvalidRequestException(
          "the prompt has "
              + prompt.length
              + " tokens, the context "
              + sequence.length
              + "; shorten the conversation or load the model with a longer context");
    }
    Requirements.tokens(prompt, model.config().vocabulary());
    int reused =
        Math.min(cached, prompt.length - 1); // the last token is fed again: its logits are needed
    int mismatch = Arrays.mismatch(sequence, 0, reused, prompt, 0, reused);
    reused = mismatch < 0 ? reused : mismatch;
    reused = model.continuesAt(cache, reused) ? reused : 0;
    cached = reused;
    System.arraycopy(prompt, 0, sequence, 0, prompt.length);
    return new Generation(this, options, prompt.length, reused);
  }

  /**
   * Answers a prompt to its end.
   *
   * @throws CancelledException when {@code control} asks for it; the session stays usable
   */
  public GenerationResult generate(
      int[] prompt, GenerationOptions options, TokenListener listener, RunControl control) {
    Generation generation = start(prompt, options);
    boolean more = true;
    while (more) {
      control.check();
      more = generation.step(listener);
      if (generation.fed() <= prompt.length) {
        control.progress("prefill", generation.fed(), prompt.length);
      }
    }
    return generation.result();
  }

  /** The cache, for something else: what it holds of the sequence is forgotten. */
  public KvCache lend() {
    cached = 0;
    return cache;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  Model model() {
    return model;
  }

  Clock clock() {
    return clock;
  }

  int[] sequence() {
    return sequence;
  }

  int cached() {
    return cached;
  }

  /**
   * Feeds the tokens up to {@code to}, or one batch of them; returns logits if the batch reached
   * {@code to}.
   */
  float[] feed(int to) {
    int n = Math.min(model.maxBatch(), to - cached);
    boolean last = cached + n == to;
    int[] tokens = Arrays.copyOfRange(sequence, cached, cached + n);
    float[] logits =
        model.forward(tokens, cached, cache, last ? Model.Wanted.LAST : Model.Wanted.NONE);
    cached += n;
    return logits;
  }

  /** Gives the cache's memory back; the session cannot be used any more. */
  @Override
  public void close() {
    model.release(cache);
  }
}
