package io.wasmchord.chord;

import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.api.ChatSession;
import io.wasmchord.api.EmbeddingRequest;
import io.wasmchord.api.RerankAnswer;
import io.wasmchord.api.RerankRequest;
import io.wasmchord.api.TokenInput;
import io.wasmchord.api.ToolRunner;
import io.wasmchord.chat.AnswerListener;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatFormats;
import io.wasmchord.chat.Message;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.ContextOverflowException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.LoadedModelBuilder;
import io.wasmchord.jvm.slots.Slots;
import io.wasmchord.jvm.slots.WaitingLine;
import io.wasmchord.session.FinishReason;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A model that is asked by any number of threads. Answers that are under way together are computed
 * together, up to a number; others wait. A conversation that goes on is not read again from its
 * start.
 *
 * <pre>{@code
 * try (ChordModel model = ChordModel.load("hf:owner/repository/file.gguf")) {
 *   System.out.println(model.chat("Why is the sky blue?").text());
 * }
 * }</pre>
 */
public final class ChordModel implements AutoCloseable {
  /** Answers that are computed together where nothing else is said. */
  public static final int PARALLEL = 4;

  private static final int SEED_BITS = 53;

  private final LoadedModel model;
  private final Slots slots;
  private final ChatFormats formats; // guarded by itself, as the formats that it gives
  private volatile boolean closed;

  private ChordModel(LoadedModel model, int parallel) {
    this.model = model;
    this.slots = new Slots(model, parallel, WaitingLine.endless());
    this.formats =
        new ChatFormats(
            model.file(),
            model.tokenizer(),
            () -> LocalDateTime.now(ZoneId.systemDefault()).toEpochSecond(ZoneOffset.UTC));
  }

  /**
   * Loads a model, after a download where it is not here yet.
   *
   * @param address a path, {@code http(s)://...} or {@code hf:owner/repository/file.gguf}
   * @throws io.wasmchord.errors.ChordException as {@link LoadedModelBuilder#load}
   */
  public static ChordModel load(String address) {
    return load(address, UnaryOperator.identity());
  }

  /**
   * The same, loaded in another way.
   *
   * @param how sets threads, the context's length, the memory's budget, who hears of progress
   */
  public static ChordModel load(String address, UnaryOperator<LoadedModelBuilder> how) {
    return of(how.apply(LoadedModel.builder(address)).load(), PARALLEL);
  }

  /**
   * A model that was loaded, and is closed with this one.
   *
   * @param parallel answers that are computed together; each takes the memory of a context once it
   *     is needed
   * @throws InvalidRequestException when that is less than 1
   */
  public static ChordModel of(LoadedModel model, int parallel) {
    if (parallel < 1) {
      throw new InvalidRequestException("parallel is " + parallel + "; at least 1 is needed");
    }
    return new ChordModel(model, parallel);
  }

  /** The model with all that can be done with it. */
  public LoadedModel loaded() {
    return model;
  }

  /** What its file calls it. */
  public String name() {
    return model.file().metadata().string("general.name", "wasm-chord");
  }

  /** Answers a question. */
  public Reply chat(String question) {
    return chat(Chat.of(question));
  }

  /**
   * Answers. Tools that have a function are called, and the model goes on with what they say.
   *
   * @throws ContextOverflowException when the conversation is longer than the context
   * @throws InvalidRequestException when an option is not known, or cannot be
   * @throws io.wasmchord.errors.CancelledException when the thread is interrupted while it waits
   */
  public Reply chat(Chat chat) {
    return chat(chat, piece -> {}, RunControl.NONE);
  }

  /**
   * The same, told as it comes.
   *
   * @param hears each piece, in this thread
   * @param control may end it
   */
  public Reply chat(Chat chat, Consumer<Piece> hears, RunControl control) {
    long seed = ThreadLocalRandom.current().nextLong(1L << SEED_BITS);
    ChatCompletionRequest request = chat.request(seed);
    Hearing hearing = new Hearing(hears);
    ToolRunner runner =
        ToolRunner.of((asked, heard, while_) -> ask(asked, hearing.beside(heard), while_))
            .listening(hearing);
    Reply reply = hearing.reply(chat.with(runner).run(request, control));
    hears.accept(new Piece.End(reply));
    return reply;
  }

  /**
   * Answers with a record.
   *
   * @throws InvalidRequestException when the answer was cut off before it was whole, or the record
   *     has components that JSON has not; see {@link RecordShape}
   */
  public <T extends Record> T chat(Chat chat, Class<T> type) {
    RecordShape<T> shape = RecordShape.of(type);
    Reply reply = chat(chat.json(shape.schema()));
    if (reply.last().finish() == FinishReason.LENGTH) {
      throw new InvalidRequestException(
          "the answer was cut off after "
              + reply.last().tokens().length
              + " tokens, before it was a whole "
              + type.getSimpleName()
              + "; set a larger max_tokens, or load the model with a longer context");
    }
    return shape.read(reply.text());
  }

  /** Answers a question with a record. */
  public <T extends Record> T chat(String question, Class<T> type) {
    return chat(Chat.of(question), type);
  }

  /**
   * The pieces of an answer, as they come. Closing the stream ends the answer; so does a failure,
   * which the stream throws.
   */
  public Stream<Piece> stream(Chat chat) {
    return Pieces.stream((hears, control) -> chat(chat, hears, control));
  }

  /**
   * The pieces of an answer for each subscriber, who gets an answer of its own when it subscribes.
   * Cancelling the subscription ends the answer.
   */
  public Flow.Publisher<Piece> publish(Chat chat) {
    return Pieces.publisher((hears, control) -> chat(chat, hears, control));
  }

  private GenerationResult ask(
      ChatCompletionRequest request, AnswerListener heard, RunControl control) {
    requireOpen();
    model.model().config().requireDecoder();
    int[] prompt;
    AnswerReader reader;
    GenerationOptions options;
    synchronized (formats) {
      ChatFormat format = request.format(formats);
      prompt = format.encode(request.chat(), control);
      options = request.options(format, prompt);
      reader = format.reader(request.chat(), prompt, request.splitsReasoning(), heard);
    }
    if (prompt.length >= model.contextLength()) {
      throw new ContextOverflowException(prompt.length, model.contextLength());
    }
    try (Slots.Seat seat = slots.take(prompt, control)) {
      GenerationResult result =
          seat.session(prompt, null).generate(prompt, options, reader, control);
      reader.end();
      seat.note(prompt, result.tokens());
      return result;
    }
  }

  /**
   * A conversation in a session of its own, to be closed by the caller.
   *
   * @param instructions what it begins with, or an empty text
   */
  public ChatSession session(String instructions) {
    List<Message> opening =
        instructions.isEmpty()
            ? List.of()
            : List.of(new Message(Message.Role.SYSTEM, instructions));
    return model.chat(opening, ChatSession.Overflow.ERROR);
  }

  /**
   * Vectors of texts.
   *
   * @param all of length 1 each, in the texts' order
   * @param tokens of all texts
   */
  public record Vectors(List<float[]> all, int tokens) {
    public Vectors {
      all = List.copyOf(all);
    }
  }

  /** A text's vector, of length 1. */
  public float[] embed(String text) {
    return embed(List.of(text)).all().getFirst();
  }

  /**
   * Vectors of texts.
   *
   * @throws InvalidRequestException when a text has no tokens, or too many
   */
  public Vectors embed(List<String> texts) {
    requireOpen();
    EmbeddingRequest request =
        EmbeddingRequest.of(texts.stream().map(TokenInput.Text::new).toList());
    List<float[]> vectors = new ArrayList<>();
    int tokens = 0;
    Embedder embedder = model.embedder();
    try (TextSequence sequence =
        embedder.sequence(texts.size(), at -> request.tokens(at, embedder), request.options())) {
      while (sequence.hasMore()) {
        TextSequence.Text done = sequence.next(RunControl.NONE);
        vectors.add(done.embedding().vector());
        tokens += done.tokens();
      }
    }
    return new Vectors(vectors, tokens);
  }

  /**
   * How well documents fit a query, the best first.
   *
   * @throws io.wasmchord.errors.ChordException when the model is no reranker
   */
  public List<RerankAnswer.Result> rerank(String query, List<String> documents) {
    requireOpen();
    RerankRequest request = RerankRequest.of(query, documents);
    return RerankAnswer.by(model.ranker(), request, "", RunControl.NONE).results();
  }

  private void requireOpen() {
    if (closed) {
      throw ClosedException.model();
    }
  }

  /** Gives its memory back; answers under way end with a {@link ClosedException}. */
  @Override
  public void close() {
    closed = true;
    slots.close();
    model.close();
  }
}
