package io.wasmchord.web;

import io.wasmchord.api.AdapterChoice;
import io.wasmchord.api.Answer;
import io.wasmchord.api.ChatAnswer;
import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.api.ClassificationRequest;
import io.wasmchord.api.CompletionRequest;
import io.wasmchord.api.EmbeddingRequest;
import io.wasmchord.api.RerankRequest;
import io.wasmchord.api.TextAnswer;
import io.wasmchord.api.ToolCallIds;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatFormats;
import io.wasmchord.classification.Ranker;
import io.wasmchord.classification.TextClassifier;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.web.memory.LinearAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A loaded model's requests, of which one at a time is met. */
final class Requests {
  private static final String CHAT = "chat.completions.create";

  private final ModelHeader header;
  private final @Nullable Session session;
  private final Embedder embedder;
  private final LinearAllocator allocator;
  private final PageAdapters adapters;
  private final ChatFormats formats;
  private @Nullable Work work;

  /**
   * @param session null for a model that only gives vectors
   */
  Requests(
      ModelHeader header,
      @Nullable Session session,
      Embedder embedder,
      LinearAllocator allocator,
      PageAdapters adapters) {
    this.header = header;
    this.session = session;
    this.embedder = embedder;
    this.allocator = allocator;
    this.adapters = adapters;
    this.formats =
        new ChatFormats(header.file(), header.tokenizer(), () -> (long) Host.localSeconds());
  }

  /** Begins with an answer; see {@link PageRequest}. Returns its first {@code chunks}. */
  JsonObject start(String json) {
    end();
    PageRequest page = PageRequest.parse(json);
    adapt(page);
    AnswerWork begun = page.context().call().equals(CHAT) ? chat(page) : text(page);
    work = begun;
    return JsonObject.of("chunks", JsonValue.of(begun.answer().chunks()));
  }

  /** Chooses the request's adapters, or what is chosen for all. */
  private void adapt(PageRequest page) {
    List<AdapterChoice> chosen = page.lora();
    if (session == null) {
      if (chosen != null) {
        throw new InvalidRequestException(
            "an encoder's adapters are chosen for all requests, with setAdapters; leave out lora");
      }
    } else if (chosen == null) {
      session.adaptDefault();
    } else {
      session.adapt(adapters.chosen(chosen));
    }
  }

  private AnswerWork chat(PageRequest page) {
    ChatCompletionRequest request = ChatCompletionRequest.of(page.request(), page.context());
    Session answering = answering(); // refused before a template is looked for
    ChatFormat format = request.format(formats);
    int[] prompt = format.encode(request.chat());
    Answer answer =
        new ChatAnswer(
            page.head(header.name()),
            request.params(),
            new ToolCallIds(page.context().freshSeed()));
    AnswerReader reader = format.reader(request.chat(), prompt, request.splitsReasoning(), answer);
    return begin(answering, prompt, request.options(format, prompt), reader, answer, page);
  }

  private AnswerWork text(PageRequest page) {
    CompletionRequest request = CompletionRequest.of(page.request(), page.context());
    Session answering = answering();
    Tokenizer tokenizer = header.tokenizer();
    int[] prompt = request.tokens(tokenizer);
    Answer answer = new TextAnswer(page.head(header.name()), request.params());
    AnswerReader reader = AnswerReader.plain(tokenizer, answer);
    return begin(answering, prompt, request.params().options(), reader, answer, page);
  }

  private static AnswerWork begin(
      Session answering,
      int[] prompt,
      GenerationOptions options,
      AnswerReader reader,
      Answer answer,
      PageRequest page) {
    return new AnswerWork(answering.start(prompt, options), reader, answer, page.loadMs());
  }

  private Session answering() {
    header.config().requireDecoder();
    if (session == null) {
      throw new IllegalStateException("a decoder without a session");
    }
    return session;
  }

  /** Begins with the vectors of texts; see {@link PageRequest}. */
  void embed(String json) {
    end();
    PageRequest page = PageRequest.parse(json);
    adapt(page);
    work =
        new EmbeddingWork(
            header, embedder, allocator, EmbeddingRequest.of(page.request(), page.context()));
  }

  /** Begins with how well documents fit a query; see {@link PageRequest}. */
  void rerank(String json) {
    end();
    PageRequest page = PageRequest.parse(json);
    adapt(page);
    RerankRequest request = RerankRequest.of(page.request(), page.context());
    Ranker ranker = Ranker.of(header.file().metadata(), header.tokenizer(), embedder);
    work = new RerankWork(header.name(), ranker, request);
  }

  /** Begins with labels of texts; see {@link PageRequest}. */
  void classify(String json) {
    end();
    PageRequest page = PageRequest.parse(json);
    adapt(page);
    ClassificationRequest request = ClassificationRequest.of(page.request(), page.context());
    work = new ClassificationWork(header.name(), TextClassifier.of(embedder), request);
  }

  /** Computes a step of the request under way. */
  JsonObject step() {
    if (work == null) {
      throw new InvalidRequestException("there is no request; start one");
    }
    return work.step();
  }

  /** Ends the request under way, if there is one, and gives back what it holds. */
  void end() {
    if (work != null) {
      work.end();
      work = null;
    }
  }
}
