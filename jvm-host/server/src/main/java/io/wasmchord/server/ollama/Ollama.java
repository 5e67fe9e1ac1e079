package io.wasmchord.server.ollama;

import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.api.CompletionRequest;
import io.wasmchord.api.EmbeddingRequest;
import io.wasmchord.api.GenerationParams;
import io.wasmchord.api.RequestContext;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.config.ModelConfig;
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
import io.wasmchord.server.openai.OpenAi;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The endpoints below {@code /api}. */
public final class Ollama {
  /** Of the service whose shapes these are: clients ask for it, and refuse older ones. */
  private static final String VERSION = "0.9.0";

  private static final String TEMPLATE = "tokenizer.chat_template";

  private final ModelShelf shelf;
  private final Answering answering;
  private final String started = Instant.now().toString();

  public Ollama(ModelShelf shelf, Answering answering) {
    this.shelf = shelf;
    this.answering = answering;
  }

  /** {@code GET /api/version}. */
  public void version(Call call) {
    call.send(JsonObject.of("version", JsonValue.of(VERSION)));
  }

  /** {@code GET /api/tags}: all models. */
  public void tags(Call call) {
    list(call, shelf.names());
  }

  /** {@code GET /api/ps}: those that are loaded. */
  public void loaded(Call call) {
    list(call, shelf.loaded().stream().map(ServedModel::name).toList());
  }

  private void list(Call call, List<String> names) {
    List<ServedModel> loaded = shelf.loaded();
    List<JsonValue> models = new ArrayList<>();
    for (String name : names) {
      ServedModel model =
          loaded.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
      models.add(
          JsonObject.builder()
              .put("name", name)
              .put("model", name)
              .put("modified_at", started)
              .put("size", shelf.bytes(name))
              .put("digest", "")
              .put("details", details(model))
              .build());
    }
    call.send(JsonObject.of("models", JsonValue.of(models)));
  }

  private static JsonObject details(@Nullable ServedModel model) {
    String family = model == null ? "" : model.model().model().config().architecture();
    return JsonObject.builder()
        .put("parent_model", "")
        .put("format", "gguf")
        .put("family", family)
        .put("families", JsonValue.of(List.of(JsonValue.of(family))))
        .put("parameter_size", "")
        .put("quantization_level", "")
        .build();
  }

  /** {@code POST /api/show}. */
  public void show(Call call) throws IOException {
    JsonObject body = call.body();
    String name = text(body, body.get("model") == null ? "name" : "model");
    call.send(answering.withModel(call, name, (model, control) -> show(model)));
  }

  private static JsonObject show(ServedModel model) {
    ModelConfig config = model.model().model().config();
    Metadata metadata = model.model().file().metadata();
    String architecture = config.architecture();
    JsonObject info =
        JsonObject.builder()
            .put("general.architecture", architecture)
            .put("general.basename", metadata.string("general.name", model.name()))
            .put(architecture + ".context_length", config.contextLength())
            .put(architecture + ".embedding_length", config.hidden())
            .put(architecture + ".block_count", config.layers())
            .build();
    return JsonObject.builder()
        .put("modelfile", "")
        .put("parameters", "")
        .put("template", metadata.string(TEMPLATE, ""))
        .put("details", details(model))
        .put("model_info", info)
        .put("capabilities", JsonValue.of(capabilities(model, config, metadata)))
        .build();
  }

  private static List<JsonValue> capabilities(
      ServedModel model, ModelConfig config, Metadata metadata) {
    List<JsonValue> all = new ArrayList<>();
    if (config.encoder()) {
      all.add(JsonValue.of("embedding"));
      return all;
    }
    all.add(JsonValue.of("completion"));
    if (metadata.has(TEMPLATE)) {
      model.withFormats(formats -> {
        ChatFormat format = formats.format(ChatFormat.AUTO, null);
        if (format.toolCalls() != null) {
          all.add(JsonValue.of("tools"));
        }
        if (format.reasoning() != null) {
          all.add(JsonValue.of("thinking"));
        }
        return format;
      });
    }
    return all;
  }

  /** {@code POST /api/chat}. */
  public void chat(Call call) throws IOException {
    JsonObject body = call.body();
    PrefixHeader.name(call, body);
    OllamaRequest request = new OllamaRequest(body);
    if (!request.asks("messages")) {
      load(call, body, "message");
      return;
    }
    ChatCompletionRequest asked = ChatCompletionRequest.of(request.chat(), context(call));
    answer(call, asked.params(), (model, params) -> chat(call, model, asked, params, true));
  }

  /** {@code POST /api/generate}. */
  public void generate(Call call) throws IOException {
    JsonObject body = call.body();
    OllamaRequest request = new OllamaRequest(body);
    if (!request.asks("prompt")) {
      load(call, body, "response");
      return;
    }
    CompletionRequest text = CompletionRequest.of(request.generateAsText(), context(call));
    ChatCompletionRequest asked = ChatCompletionRequest.of(request.generateAsChat(), context(call));
    answer(
        call,
        text.params(),
        (model, params) ->
            request.raw() || !model.model().file().metadata().has(TEMPLATE)
                ? Question.of(
                    new CompletionRequest(text.prompts().getFirst(), params),
                    model,
                    i -> new OllamaAnswer(model.name(), params.stream(), false, call.start()))
                : chat(call, model, asked, params, false));
  }

  /** Makes a question for a model. */
  @FunctionalInterface
  private interface Asking {
    Question ask(ServedModel model, GenerationParams params);
  }

  private void answer(Call call, GenerationParams asked, Asking asking) {
    GenerationParams params = answering.withinOne(asked);
    answering.answer(
        call, params.model(), model -> asking.ask(model, params), AnswerShape.of(Framing.LINES));
  }

  private static Question chat(
      Call call,
      ServedModel model,
      ChatCompletionRequest asked,
      GenerationParams params,
      boolean message) {
    return Question.of(
        asked.with(asked.chat().messages(), params),
        model,
        i -> new OllamaAnswer(model.name(), params.stream(), message, call.start()),
        call.control());
  }

  /** Loads a model, which is all that a request without a question asks for. */
  private void load(Call call, JsonObject body, String said) {
    JsonValue nothing =
        said.equals("message")
            ? JsonObject.builder().put("role", "assistant").put("content", "").build()
            : JsonValue.of("");
    call.send(
        answering.withModel(
            call,
            text(body, "model"),
            (model, control) ->
                OllamaAnswer.head(model.name())
                    .put(said, nothing)
                    .put("done", true)
                    .put("done_reason", "load")
                    .build()));
  }

  /** {@code POST /api/embed}. */
  public void embed(Call call) throws IOException {
    EmbeddingRequest request = embedding(call, call.body(), "input");
    call.send(
        answering.inSlot(
            call,
            request.model(),
            (model, control) -> {
              Texts.Embedded made = Texts.embed(request, model, control);
              return JsonObject.builder()
                  .put("model", model.name())
                  .put(
                      "embeddings",
                      JsonValue.of(
                          made.each().stream().map(e -> OpenAi.numbers(e.vector())).toList()))
                  .put("total_duration", System.nanoTime() - call.start())
                  .put("load_duration", (long) (model.loadMs() * 1e6))
                  .put("prompt_eval_count", made.tokens())
                  .build();
            }));
  }

  /** {@code POST /api/embeddings}: the older shape, a text at a time. */
  public void embedOne(Call call) throws IOException {
    JsonObject body = call.body();
    if (!(body.get("prompt") instanceof JsonValue.Text)) {
      throw ApiError.invalid("invalid_request", "prompt", "prompt is missing, or is no text");
    }
    EmbeddingRequest request = embedding(call, body, "prompt");
    call.send(
        answering.inSlot(
            call,
            request.model(),
            (model, control) ->
                JsonObject.of(
                    "embedding",
                    OpenAi.numbers(
                        Texts.embed(request, model, control).each().getFirst().vector()))));
  }

  /** What is asked for, without what says how a model is loaded; {@code text} has the input. */
  private static EmbeddingRequest embedding(Call call, JsonObject body, String text) {
    JsonObject.Builder asked = JsonObject.builder().put("truncate", true);
    body.forEach((option, value) -> {
      if (!option.equals("keep_alive") && !option.equals("options")) {
        asked.put(option.equals(text) ? "input" : option, value);
      }
    });
    return EmbeddingRequest.of(asked.build(), context(call));
  }

  private static RequestContext context(Call call) {
    return new RequestContext(call.path(), List.of(), Seeds.next());
  }

  private static @Nullable String text(JsonObject body, String key) {
    return body.get(key) instanceof JsonValue.Text(String text) ? text : null;
  }
}
