package io.wasmchord.server.openai;

import io.wasmchord.api.AnswerHead;
import io.wasmchord.api.ChatAnswer;
import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.api.CompletionRequest;
import io.wasmchord.api.EmbeddingList;
import io.wasmchord.api.EmbeddingRequest;
import io.wasmchord.api.RequestContext;
import io.wasmchord.api.RerankRequest;
import io.wasmchord.api.ToolCallIds;
import io.wasmchord.embedding.TextEmbedding;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.server.answers.Adapted;
import io.wasmchord.server.answers.AnswerShape;
import io.wasmchord.server.answers.Answering;
import io.wasmchord.server.answers.Question;
import io.wasmchord.server.answers.Seeds;
import io.wasmchord.server.answers.Texts;
import io.wasmchord.server.http.ApiError;
import io.wasmchord.server.http.Call;
import io.wasmchord.server.http.Framing;
import io.wasmchord.server.http.PrefixHeader;
import io.wasmchord.server.models.ModelShelf;
import io.wasmchord.server.models.ServedModel;
import io.wasmchord.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The endpoints below {@code /v1}, and those of llama.cpp's server. */
public final class OpenAi {
  private final ModelShelf shelf;
  private final Answering answering;
  private final long created = seconds(); // of all models, as far as a client is concerned

  public OpenAi(ModelShelf shelf, Answering answering) {
    this.shelf = shelf;
    this.answering = answering;
  }

  private static long seconds() {
    return System.currentTimeMillis() / 1000;
  }

  /** {@code GET /v1/models}. */
  public void models(Call call) {
    List<JsonValue> all = new ArrayList<>();
    shelf.names().forEach(name -> all.add(model(name)));
    call.send(JsonObject.builder().put("object", "list").put("data", JsonValue.of(all)).build());
  }

  /** {@code GET /v1/models/{id}}. */
  public void model(Call call, String id) {
    call.send(model(shelf.name(id)));
  }

  private JsonObject model(String name) {
    return JsonObject.builder()
        .put("id", name)
        .put("object", "model")
        .put("created", created)
        .put("owned_by", "wasm-chord")
        .build();
  }

  /** {@code POST /v1/chat/completions}. */
  public void chat(Call call) throws IOException {
    JsonObject body = call.body();
    PrefixHeader.name(call, body);
    RequestContext context = context(call);
    ChatCompletionRequest asked = ChatCompletionRequest.of(body, context);
    Adapted adapted = Adapted.of(body);
    ChatCompletionRequest request =
        asked.with(asked.chat().messages(), answering.within(asked.params()));
    String id = Seeds.id("chatcmpl-");
    answering.answer(
        call,
        request.params().model(),
        model ->
            Question.of(
                    request,
                    model,
                    i ->
                        new ChatAnswer(
                            head(id, model).ofChoice(i),
                            request.params(),
                            new ToolCallIds(context.freshSeed() + i)),
                    call.control())
                .with(adapted.of(model)),
        AnswerShape.of(Framing.EVENTS));
  }

  /** {@code POST /v1/completions}. */
  public void complete(Call call) throws IOException {
    JsonObject body = call.body();
    CompletionRequest asked = CompletionRequest.of(body, context(call));
    Adapted adapted = Adapted.of(body);
    CompletionRequest request =
        new CompletionRequest(asked.prompts(), answering.within(asked.params()), asked.echo());
    String id = Seeds.id("cmpl-");
    if (request.choices() > 1) {
      answering.complete(call, request, model -> head(id, model), adapted);
      return;
    }
    answering.answer(
        call,
        request.params().model(),
        model ->
            Question.of(
                    request,
                    model,
                    i -> request.answer(i, head(id, model), model.model().tokenizer()))
                .with(adapted.of(model)),
        AnswerShape.of(Framing.EVENTS));
  }

  private static AnswerHead head(String id, ServedModel model) {
    return new AnswerHead(id, seconds(), model.name());
  }

  /** {@code POST /v1/responses}; nothing is stored. */
  public void respond(Call call) throws IOException {
    JsonObject body = call.body();
    ChatCompletionRequest asked =
        ChatCompletionRequest.of(new ResponsesRequest(body).chat(), plain(call));
    ChatCompletionRequest request =
        asked.with(asked.chat().messages(), answering.withinOne(asked.params()));
    boolean stream = request.params().stream();
    answering.answer(
        call,
        request.params().model(),
        model ->
            Question.of(
                request,
                model,
                i -> new ResponseAnswer(model.name(), stream, body),
                call.control()),
        new AnswerShape(Framing.NAMED_EVENTS, ResponseAnswer::last));
  }

  /** Of a request that chooses no adapters. */
  private static RequestContext plain(Call call) {
    return new RequestContext(call.path(), List.of(), Seeds.next());
  }

  private static RequestContext context(Call call) {
    return new RequestContext(call.path(), List.of(Adapted.OPTION), Seeds.next());
  }

  /** {@code POST /v1/embeddings}. */
  public void embed(Call call) throws IOException {
    EmbeddingRequest request = EmbeddingRequest.of(call.body(), plain(call));
    boolean base64 = request.encoding() == EmbeddingRequest.EncodingFormat.BASE64;
    JsonObject answer =
        answering.inSlot(
            call,
            request.model(),
            (model, control) -> {
              Texts.Embedded made = Texts.embed(request, model, control);
              List<JsonValue> data = new ArrayList<>();
              for (TextEmbedding each : made.each()) {
                data.add(
                    JsonObject.builder()
                        .put("object", "embedding")
                        .put("index", data.size())
                        .put("embedding", base64 ? base64(each) : numbers(each))
                        .build());
              }
              return new EmbeddingList(model.name(), made.tokens())
                  .json()
                  .with("data", JsonValue.of(data));
            });
    call.send(answer);
  }

  private static JsonValue numbers(TextEmbedding embedding) {
    return embedding.pooled()
        ? numbers(embedding.vector())
        : JsonValue.of(embedding.vectors().stream().map(OpenAi::numbers).toList());
  }

  /** The shortest decimal numbers that mean the same floats. */
  public static JsonValue numbers(float[] vector) {
    List<JsonValue> all = new ArrayList<>(vector.length);
    for (float value : vector) {
      all.add(JsonValue.of(Double.parseDouble(Float.toString(value))));
    }
    return JsonValue.of(all);
  }

  /** All vectors, one after the other. */
  private static JsonValue base64(TextEmbedding embedding) {
    int numbers = embedding.vectors().stream().mapToInt(v -> v.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] vector : embedding.vectors()) {
      bytes.asFloatBuffer().put(vector);
      bytes.position(bytes.position() + 4 * vector.length);
    }
    return JsonValue.of(Base64.getEncoder().encodeToString(bytes.array()));
  }

  /** {@code POST /v1/rerank}. */
  public void rerank(Call call) throws IOException {
    RerankRequest request = RerankRequest.of(call.body(), plain(call));
    call.send(
        answering.inSlot(
            call, request.model(), (model, control) -> Texts.rank(request, model, control)));
  }

  /** {@code POST /tokenize}: {@code {content, add_special, parse_special, with_pieces}}. */
  public void tokenize(Call call) throws IOException {
    JsonObject body = call.body();
    if (!(body.get("content") instanceof JsonValue.Text(String text))) {
      throw ApiError.invalid("invalid_request", "content", "content is missing; it is a text");
    }
    JsonObject answer =
        answering.withModel(
            call,
            model(body),
            (model, control) -> {
              Tokenizer tokenizer = model.model().tokenizer();
              int[] ids =
                  tokenizer.encode(
                      text, flag(body, "add_special", false), flag(body, "parse_special", true));
              boolean pieces = flag(body, "with_pieces", false);
              List<JsonValue> tokens = new ArrayList<>(ids.length);
              for (int id : ids) {
                JsonValue number = JsonValue.of(id);
                tokens.add(
                    pieces
                        ? JsonObject.builder()
                            .put("id", id)
                            .put("piece", tokenizer.piece(id))
                            .build()
                        : number);
              }
              return JsonObject.builder()
                  .put("tokens", JsonValue.of(tokens))
                  .put("count", ids.length)
                  .build();
            });
    call.send(answer);
  }

  /** {@code POST /detokenize}: {@code {tokens}}. */
  public void detokenize(Call call) throws IOException {
    JsonObject body = call.body();
    int[] ids = ids(body.get("tokens"));
    String text =
        answering.withModel(
            call, model(body), (model, control) -> model.model().tokenizer().decode(ids, true));
    call.send(JsonObject.of("content", JsonValue.of(text)));
  }

  private static int[] ids(@Nullable JsonValue tokens) {
    int[] ids =
        tokens instanceof JsonArray(List<JsonValue> all)
            ? all.stream()
                .mapToInt(
                    one -> one instanceof JsonValue.Int(long id) && id == (int) id ? (int) id : -1)
                .toArray()
            : new int[] {-1};
    if (Arrays.stream(ids).anyMatch(id -> id < 0)) {
      throw ApiError.invalid("invalid_request", "tokens", "tokens is a list of token ids");
    }
    return ids;
  }

  private static @Nullable String model(JsonObject body) {
    return body.get("model") instanceof JsonValue.Text(String name) ? name : null;
  }

  private static boolean flag(JsonObject body, String name, boolean otherwise) {
    return body.get(name) instanceof JsonValue.Bool(boolean flag) ? flag : otherwise;
  }
}
