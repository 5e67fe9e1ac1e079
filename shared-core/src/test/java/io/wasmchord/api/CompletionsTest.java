package io.wasmchord.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several prompts in one request. */
class CompletionsTest {
  private static final AnswerHead HEAD = new AnswerHead("cmpl-1", 1234, "tiny");
  private static final HeapWeights SOURCE = TinyFiles.file(TinyFiles.names().getFirst());
  private static final GgufFile FILE =
      GgufReader.parse(SOURCE.bytes(), SOURCE.size(), SOURCE.name());
  private static final Tokenizer TOKENIZER = Tokenizers.of(FILE.metadata());

  private final List<JsonObject> chunks = new ArrayList<>();

  private static CompletionRequest request(String prompt, int seed, String more) {
    String json =
        "{\"prompt\": %s, \"seed\": %d, \"temperature\": 1, \"max_tokens\": 5,"
            + " \"ignore_eos\": true%s}";
    return CompletionRequest.of(
        JsonReader.parse(json.formatted(prompt, seed, more)),
        new RequestContext("completions.create", List.of(), 0));
  }

  private JsonObject complete(Model model, int sessions, CompletionRequest request) {
    chunks.clear();
    List<Session> all =
        IntStream.range(0, sessions)
            .mapToObj(i -> new Session(model, TOKENIZER, 40, Clock.system()))
            .toList();
    try {
      return Completions.complete(request, all, TOKENIZER, HEAD, 1, chunks::add, RunControl.NONE);
    } finally {
      all.forEach(Session::close);
    }
  }

  private static List<JsonObject> choices(JsonObject answer) {
    return ((JsonArray) answer.getOrNull("choices"))
        .elements().stream().map(JsonObject.class::cast).toList();
  }

  private static JsonValue number(JsonObject answer, String name) {
    return ((JsonObject) answer.getOrNull("usage")).getOrNull(name);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void eachPromptIsAnsweredAsItIsAlone(int sessions) {
    List<String> prompts = List.of("[3, 14, 15, 9, 2]", "[6, 5]", "[3, 14, 15, 9, 7, 1, 1]");
    try (Model model =
        ModelLoader.load(
            FILE,
            SOURCE,
            new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
            12,
            RunControl.NONE)) {
      List<JsonValue> alone = new ArrayList<>();
      for (String prompt : prompts) {
        for (int seed : new int[] {7, 8}) {
          JsonObject one = complete(model, 1, request(prompt, seed, ""));
          alone.add(choices(one).getFirst().getOrNull("text"));
        }
      }
      String all = "[" + String.join(", ", prompts) + "]";
      JsonObject whole = complete(model, sessions, request(all, 7, ", \"n\": 2"));
      assertEquals(List.of(), chunks);
      assertEquals(alone, choices(whole).stream().map(each -> each.getOrNull("text")).toList());
      assertEquals(
          IntStream.range(0, 6).<JsonValue>mapToObj(JsonValue::of).toList(),
          choices(whole).stream().map(each -> each.getOrNull("index")).toList());
      assertEquals(JsonValue.of(14), number(whole, "prompt_tokens"));
      assertEquals(JsonValue.of(30), number(whole, "completion_tokens"));

      JsonObject last =
          complete(
              model,
              sessions,
              request(
                  all,
                  7,
                  ", \"n\": 2, \"stream\": true, \"stream_options\": {\"include_usage\": true}"));
      assertEquals(List.of(), choices(last));
      assertEquals(JsonValue.of(30), number(last, "completion_tokens"));
      List<String> streamed = new ArrayList<>(Stream.generate(() -> "").limit(6).toList());
      for (JsonObject chunk : chunks) {
        JsonObject choice = choices(chunk).getFirst();
        int index = (int) ((JsonValue.Int) choice.getOrNull("index")).value();
        String text = ((JsonValue.Text) choice.getOrNull("text")).value();
        streamed.set(index, streamed.get(index) + text);
      }
      assertEquals(alone, streamed.stream().<JsonValue>map(JsonValue::of).toList());
      assertThrows(
          InvalidRequestException.class, () -> complete(model, 0, request("\"x\"", 1, "")));
    }
  }
}
