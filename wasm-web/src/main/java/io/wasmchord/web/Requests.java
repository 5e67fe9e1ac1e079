package io.wasmchord.web;

import io.wasmchord.chat.Message;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a page asks of a loaded model, one request at a time. */
final class Requests {
  private final LoadedEngine engine;
  private final Chats chats;
  private final Embeddings embeddings;
  private final LogitRows logits;
  private final List<Message> messages = new ArrayList<>();
  private final List<String> stops = new ArrayList<>();
  private @Nullable Answer answer;

  /** What is generated, and its text. */
  private record Answer(Generation generation, StepText text) {}

  Requests(LoadedEngine engine) {
    this.engine = engine;
    this.chats = new Chats(engine.header());
    this.embeddings = new Embeddings(engine.embedder(), engine.allocator());
    this.logits = new LogitRows(engine.allocator());
  }

  /** Vectors of texts. */
  Embeddings embeddings() {
    return embeddings;
  }

  /** Adds a message; {@code extra} is a JSON object of further fields for the model's template. */
  void addMessage(String role, String content, String extra) {
    messages.add(new Message(Message.Role.byName(role), content, ChatOptions.fields(extra)));
  }

  void addStop(String stop) {
    stops.add(stop);
  }

  /** Forgets messages and stops of a request that was not started. */
  void clear() {
    messages.clear();
    stops.clear();
  }

  /** Begins to answer the messages that were added. */
  void startChat(String template, String options, SamplingRequest request) {
    engine.header().config().requireDecoder(); // before its template is looked for
    Chats.Chat chat = chats.chat(template, ChatOptions.parse(options, messages), stops, request);
    start(chat.prompt(), chat.options(), chat.text());
  }

  /** Begins to continue a text. */
  void startText(String prompt, SamplingRequest request) {
    startTokens(engine.header().tokenizer().encode(prompt, true, true), request);
  }

  /** Begins to continue tokens. */
  void startTokens(int[] prompt, SamplingRequest request) {
    GenerationOptions options =
        new GenerationOptions(request.maxTokens(), stops, request.options(), request.ignoreEnd());
    start(prompt, options, StepText.whole(engine.header().tokenizer()));
  }

  private void start(int[] prompt, GenerationOptions options, StepText text) {
    answer = new Answer(engine.session().start(prompt, options), text);
    clear();
  }

  /** Computes one batch of the prompt or one token. */
  String step() {
    Answer current = answer;
    if (current == null) {
      throw new InvalidRequestException("nothing was asked");
    }
    Generation g = current.generation;
    boolean prefill = g.fed() < g.promptTokens();
    boolean more = g.step(current.text.listener());
    JsonObject.Builder json = current.text.take(more);
    if (prefill) {
      int fed = Math.min(g.fed(), g.promptTokens());
      json.put(
          "prefill",
          JsonObject.builder().put("loaded", fed).put("total", g.promptTokens()).build());
    }
    if (!more) {
      json.put("result", Figures.of(g.result()));
    }
    return json.build().toString();
  }

  /** See {@link LogitRows}. */
  String logits(int[] tokens, int greedy, boolean all) {
    return logits.compute(engine.model(), tokens, greedy, all, engine.cacheType());
  }

  /** Gives the memory of the last {@link #logits} back. */
  void releaseLogits() {
    logits.release();
  }
}
