package io.wasmchord.jvm;

import io.wasmchord.api.ChatSession;
import io.wasmchord.api.SessionNotes;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatFormats;
import io.wasmchord.chat.Message;
import io.wasmchord.classification.Ranker;
import io.wasmchord.classification.TextClassifier;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.ModelFingerprint;
import io.wasmchord.host.Clock;
import io.wasmchord.model.Adapter;
import io.wasmchord.model.Adapters;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Prefixes;
import io.wasmchord.session.Session;
import io.wasmchord.session.SessionReader;
import io.wasmchord.session.speculation.Draft;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.weights.WeightSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model over its files, with what belongs to it. It may be used from any number of threads: give
 * each a {@link #session} of its own, or let them share an {@link #embedder}. They take turns, a
 * batch of a prompt or a token at a time, in the order in which they ask, and get the answers that
 * they would get alone. A thread that is interrupted, waiting or computing, ends with a {@link
 * io.wasmchord.errors.CancelledException} and stays interrupted.
 *
 * <pre>{@code
 * try (LoadedModel model = LoadedModel.builder(address).threads(2).context(512).load();
 *     Session session = model.session()) {
 *   int[] prompt = model.tokenizer().encode("Once upon a time", true, true);
 *   GenerationOptions options = new GenerationOptions(64, List.of(), SamplerOptions.greedy());
 *   session.generate(prompt, options, text -> print.test(text), RunControl.NONE);
 * }
 * }</pre>
 *
 * <p>After {@link #close} whatever was made of the model throws a {@link
 * io.wasmchord.errors.ClosedException}; header and tokenizer stay usable.
 */
public final class LoadedModel implements AutoCloseable {
  private final Parts parts;
  private final SharedModel model;
  private final Tokenizer tokenizer;
  private final Limits limits;
  private final Prefixes prefixes;
  private boolean closed; // guarded by this

  /** Tokens of a prompt that are fed together: they share the unpacking of a panel of weights. */
  public static final int BATCH = 128;

  /**
   * What sequences of the model's own are like.
   *
   * @param context tokens of the longest
   * @param kvCache how their past is kept
   * @param prefixes bytes for what closed ones held
   */
  record Limits(int context, CacheOptions kvCache, long prefixes) {}

  /**
   * What a loaded model consists of.
   *
   * @param adapterRoom bytes for adapters
   * @param planned bytes of the model
   * @param draft proposes tokens, or null
   * @param head the model's own, which is closed with it, or null
   */
  record Parts(
      GgufFile file,
      SharedModel model,
      Tokenizer tokenizer,
      WeightSource weights,
      ComputeBackend backend,
      ThreadParallel parallel,
      Limits limits,
      long loadNanos,
      long adapterRoom,
      long planned,
      @Nullable Draft draft,
      @Nullable LoadedModel head) {}

  LoadedModel(Parts parts) {
    this.parts = parts;
    this.model = parts.model;
    this.tokenizer = parts.tokenizer;
    this.limits = parts.limits;
    this.prefixes = new Prefixes(model, limits.prefixes);
  }

  /**
   * A model from an address: a path, {@code http(s)://...}, or {@code
   * hf:owner/repository/file.gguf[@revision]}. What is elsewhere is downloaded once. The
   * environment names another hub in HF_ENDPOINT, and in HF_TOKEN the token for it.
   *
   * @throws io.wasmchord.jvm.download.DownloadException when it is no such address
   */
  public static LoadedModelBuilder builder(String address) {
    return LoadedModelBuilder.of(address);
  }

  /** A model from the file {@code path}, and from the other ones if it is one of several. */
  public static LoadedModelBuilder builder(Path path) {
    return LoadedModelBuilder.of(path);
  }

  /** A model from all its files, in order. */
  public static LoadedModelBuilder builder(List<Path> paths) {
    return LoadedModelBuilder.of(paths);
  }

  /**
   * The model's LoRA adapters: which there are, and which of them are applied to all sequences that
   * choose no others. {@link Session#adapt} chooses for one session. For any number of threads.
   */
  public Adapters adapters() {
    return model.adapters();
  }

  /**
   * Loads a LoRA adapter; it is not applied before it is chosen.
   *
   * @param name what it is called; of all that are loaded its own
   * @param path its file, which is not needed afterwards
   * @throws FileException when the file cannot be read
   * @throws io.wasmchord.errors.MalformedGgufException when it is no GGUF file
   * @throws io.wasmchord.errors.InvalidAdapterException when it is no adapter of this model
   * @throws io.wasmchord.errors.UnsupportedAdapterException when this version cannot apply all of
   *     it
   * @throws io.wasmchord.errors.OutOfMemoryException when the memory budget has no room for it
   * @throws io.wasmchord.errors.ClosedException when the model is closed
   */
  public Adapter loadAdapter(String name, Path path) {
    try (MappedModel adapter = MappedModel.open(List.of(path))) {
      return adapters().load(adapter.file(), adapter.weights(), name, parts.adapterRoom);
    }
  }

  /** The header. */
  public GgufFile file() {
    return parts.file;
  }

  /** What computes, for any number of threads. */
  public Model model() {
    return model;
  }

  /** From text to tokens and back, for any number of threads. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Bytes that the memory plan counts: weights or the layers that stay, one sequence of the
   * longest, and scratch. Adapters and a draft model come on top.
   */
  public long plannedBytes() {
    return parts.planned;
  }

  /** Tokens of the longest sequence that {@link #session} and {@link #embedder} take. */
  public int contextLength() {
    return limits.context;
  }

  /**
   * A new sequence of tokens, to be closed by the caller. A prompt begins with what any session of
   * this model holds of it, or held when it was closed ({@link LoadedModelBuilder#prefixMemory}):
   * that much need not be computed. Answers are the same.
   *
   * @throws io.wasmchord.errors.EmbeddingOnlyException when the model cannot generate
   * @throws io.wasmchord.errors.UnsupportedCacheException when the model's heads do not divide into
   *     the cache type's blocks
   */
  public Session session() {
    return session(limits.context);
  }

  /** The same for sequences of up to {@code context} tokens, which take the memory of so many. */
  public Session session(int context) {
    return joined(
        () -> new Session(model, tokenizer, context, limits.kvCache, Clock.system(), parts.draft));
  }

  private Session joined(Supplier<Session> made) {
    Session session;
    try {
      session = made.get();
    } catch (OutOfMemoryException e) {
      prefixes.clear(); // what is wanted now comes first
      session = made.get();
    }
    session.join(prefixes);
    return session;
  }

  /**
   * A conversation in a session of its own, to be closed by the caller.
   *
   * @param opening what it begins with, such as instructions
   * @param overflow what becomes of it when it has grown longer than the context
   * @throws io.wasmchord.errors.InvalidRequestException when the model has no chat template
   */
  public ChatSession chat(List<Message> opening, ChatSession.Overflow overflow) {
    return chat(session(), opening, overflow);
  }

  private ChatSession chat(Session session, List<Message> said, ChatSession.Overflow overflow) {
    try {
      return new ChatSession(session, formats().format(ChatFormat.AUTO, null), said, overflow);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private ChatFormats formats() {
    return new ChatFormats(
        parts.file,
        tokenizer,
        () -> LocalDateTime.now(ZoneId.systemDefault()).toEpochSecond(ZoneOffset.UTC));
  }

  /** Saves a conversation; see {@link #save(Session, String, Path)}. */
  public void save(ChatSession chat, Path to) {
    save(chat.session(), chat.notes().json(), to);
  }

  /** Restores a conversation that was saved here or by a page; see {@link #restore(Path)}. */
  public ChatSession restoreChat(Path from, ChatSession.Overflow overflow) {
    SavedSession saved = restore(from);
    return chat(saved.session(), SessionNotes.parse(saved.notes()).messages(), overflow);
  }

  /**
   * Saves a session of this model to a file, which is replaced when all is written; any backend, in
   * a browser too, restores it.
   *
   * @param notes to be saved beside it, such as the messages of a conversation
   * @throws FileException when the file cannot be written
   */
  public void save(Session session, String notes, Path file) {
    SavedSession.write(session.save(fingerprint(), notes), file);
  }

  /** The same to a stream, which stays open. */
  public void save(Session session, String notes, OutputStream out) throws IOException {
    SavedSession.write(session.save(fingerprint(), notes), out);
  }

  /**
   * Restores a session that was saved of the same model, here or elsewhere. It has the context and
   * the type of cache that it was saved with.
   *
   * @throws FileException when the file cannot be read
   * @throws io.wasmchord.errors.InvalidSessionException when it is no saved session, or is damaged
   * @throws io.wasmchord.errors.SessionMismatchException when it is of another model or version
   */
  public SavedSession restore(Path file) {
    return joined(SavedSession.read(reader(), file));
  }

  /** The same of a stream that ends with the session, and stays open. */
  public SavedSession restore(InputStream in) throws IOException {
    return joined(SavedSession.read(reader(), in));
  }

  private SavedSession joined(SavedSession restored) {
    restored.session().join(prefixes);
    return restored;
  }

  /**
   * Begins to answer a prompt, with a journal in a file. Should the answer be interrupted, {@link
   * #resume} goes on with it.
   *
   * @param file is replaced; deleted when the answer has ended
   * @throws FileException when it cannot be written
   * @throws io.wasmchord.errors.InvalidRequestException as {@link Session#start}; or when such an
   *     answer has no journal: one with log-probabilities, or of an encoder-decoder
   */
  public JournaledAnswer journaled(
      Session session, int[] prompt, GenerationOptions options, Path file) {
    return JournaledAnswer.begin(file, session.start(prompt, options), fingerprint());
  }

  /**
   * Goes on with an answer that was interrupted, in this process or another one, as if it had not
   * been. Its listener is first told what there was already.
   *
   * @param options those that it was begun with
   * @throws FileException when the file cannot be read
   * @throws io.wasmchord.errors.InvalidSessionException when it is no journal, is damaged, or the
   *     options have other samplers
   * @throws io.wasmchord.errors.SessionMismatchException when it is of another model, context, type
   *     of cache or adapters, or of another version of the format
   */
  public JournaledAnswer resume(Session session, GenerationOptions options, Path file) {
    return JournaledAnswer.resume(file, session, options, fingerprint());
  }

  private SessionReader reader() {
    return new SessionReader(model, tokenizer, fingerprint(), Clock.system(), parts.draft);
  }

  private long fingerprint() {
    return ModelFingerprint.of(parts.file);
  }

  /**
   * A new sequence of tokens, to be closed by the caller. A smaller model can propose its tokens,
   * where {@link io.wasmchord.session.GenerationOptions#speculation} asks for it; the answers are
   * the same. What this model was loaded with ({@link LoadedModelBuilder#draft}) is not asked then.
   *
   * @param draft stays the caller's to close, after the session
   * @throws io.wasmchord.errors.DraftMismatchException when the draft model cannot propose tokens
   *     for this one: their vocabularies differ, for example
   * @throws io.wasmchord.errors.EmbeddingOnlyException when the model cannot generate
   * @throws io.wasmchord.errors.UnsupportedCacheException when the model's heads do not divide into
   *     the cache type's blocks
   */
  public Session session(LoadedModel draft) {
    Draft smaller = draft.asDraft(parts.file, tokenizer);
    return joined(() ->
        new Session(model, tokenizer, limits.context, limits.kvCache, Clock.system(), smaller));
  }

  /** What proposes tokens for the model of {@code other}, whose tokens are these. */
  Draft asDraft(GgufFile other, Tokenizer tokens) {
    return Draft.of(parts.file.fileName(), model, tokenizer, other.fileName(), tokens);
  }

  /**
   * What makes vectors of texts, for any number of threads.
   *
   * @throws io.wasmchord.errors.UnsupportedCacheException when the model's heads do not divide into
   *     the cache type's blocks
   */
  public Embedder embedder() {
    return Embedder.of(model, tokenizer, limits.context, limits.kvCache.type());
  }

  /**
   * What says how well documents fit a query, for any number of threads.
   *
   * @throws io.wasmchord.errors.NoClassifierException when the model has no head for it
   * @throws io.wasmchord.errors.InvalidRequestException when its head gives labels
   * @throws io.wasmchord.errors.UnsupportedCacheException when the model's heads do not divide into
   *     the cache type's blocks
   */
  public Ranker ranker() {
    return Ranker.of(parts.file.metadata(), tokenizer, embedder());
  }

  /**
   * What gives texts labels, for any number of threads.
   *
   * @throws io.wasmchord.errors.NoClassifierException when the model has no head for it
   * @throws io.wasmchord.errors.UnsupportedCacheException when the model's heads do not divide into
   *     the cache type's blocks
   */
  public TextClassifier classifier() {
    return TextClassifier.of(embedder());
  }

  /** The time that loading took. */
  public long loadNanos() {
    return parts.loadNanos;
  }

  /**
   * A short name of what computes: {@code scalar}, or {@code vector-} and the bits of a register.
   */
  public String backendName() {
    return parts.backend.name();
  }

  /** Bytes of all its files. */
  public long fileBytes() {
    return parts.weights.size();
  }

  /** Native bytes that are allocated for it now, beside its mapped files and layers' slots. */
  public long allocatedBytes() {
    return parts.backend.allocatedBytes();
  }

  /** The files' bytes. */
  WeightSource weights() {
    return parts.weights;
  }

  /** What computes; to be used in the model's turns only. */
  ComputeBackend backend() {
    return parts.backend;
  }

  /** What the layers pass through, or null where all are in memory. */
  public @Nullable LayerStream stream() {
    return parts.weights instanceof LayerStream stream ? stream : null;
  }

  /**
   * Ends the model and frees its memory, as soon as the step has ended that is being computed.
   * Threads that compute or wait get a {@link io.wasmchord.errors.ClosedException}. Closing again
   * does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    model.close();
    parts.parallel.close();
    parts.weights.close();
    if (parts.head != null) {
      parts.head.close();
    }
  }
}
