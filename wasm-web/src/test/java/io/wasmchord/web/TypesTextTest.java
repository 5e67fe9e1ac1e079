package io.wasmchord.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.api.ClassificationRequest;
import io.wasmchord.api.CompletionRequest;
import io.wasmchord.api.EmbeddingRequest;
import io.wasmchord.api.RequestContext;
import io.wasmchord.api.RerankRequest;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.sampling.SamplerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code wasm-chord.d.ts} says of requests is what the core does. */
class TypesTextTest {
  private static final String UNLIKE_ANY = "zzzzzzzzzzzz";

  private static String types() throws IOException {
    return Files.readString(
        Path.of(
            System.getProperty("chord.root"), "wasm-web", "src", "main", "js", "wasm-chord.d.ts"));
  }

  /** The comment on an option. */
  private static String about(String option) throws IOException {
    Matcher found =
        Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s*" + option + "\\?:", Pattern.DOTALL)
            .matcher(types());
    assertTrue(found.find(), option);
    return found.group(1).strip();
  }

  @Test
  void defaultsAreThoseOfTheCore() throws IOException {
    SamplerOptions sampling = SamplerOptions.defaults(0);
    assertEquals(
        "0 is greedy. Default " + sampling.temperature().value() + ".", about("temperature"));
    assertEquals("Default " + sampling.cuts().topP() + ".", about("top_p"));
    assertEquals("0 is all. Default " + sampling.cuts().topK() + ".", about("top_k"));
    assertEquals("Default " + sampling.cuts().minP() + ".", about("min_p"));
    assertEquals(1f, sampling.penalties().repetition());
    assertEquals("Default 1: none.", about("repetition_penalty"));
    assertTrue(about("max_tokens").contains("by default until the context is full"));
    assertEquals(
        EmbeddingOptions.DEFAULT.normalize(), about("normalize").endsWith("; true by default."));
    assertEquals(
        EmbeddingOptions.DEFAULT.truncate(),
        !about("truncate").endsWith("by default it is refused."));
  }

  /** The options that the core tells whoever names another. */
  private static List<String> known(
      BiConsumer<JsonValue, RequestContext> read, String... hostOptions) {
    RequestContext context = new RequestContext("call", List.of(hostOptions), 0);
    String said =
        assertThrows(
                InvalidRequestException.class,
                () -> read.accept(JsonObject.of(UNLIKE_ANY, JsonValue.of(1)), context))
            .getMessage();
    return List.of(said.substring(said.indexOf("it has ") + "it has ".length()).split(", "));
  }

  private static List<String> typed(String type) throws IOException {
    String types = types();
    int begin = types.indexOf("export interface " + type + " ");
    assertTrue(begin >= 0, type);
    Matcher option =
        Pattern.compile("^  (\\w+)\\??:", Pattern.MULTILINE)
            .matcher(types.substring(begin, types.indexOf("\n}", begin)));
    List<String> options = new ArrayList<>();
    while (option.find()) {
      options.add(option.group(1));
    }
    assertTrue(options.size() > 0, type);
    return options;
  }

  @Test
  void everyOptionThatHasATypeIsKnown() throws IOException {
    List<String> sampling = typed("SamplingParams");
    String[] hosts = {"signal", "onProgress", "logitsProcessor", "lora", "journal"};
    List<String> chat = known(ChatCompletionRequest::of, hosts);
    List<String> text = known(CompletionRequest::of, hosts);
    assertTrue(chat.containsAll(sampling), chat.toString());
    assertTrue(chat.containsAll(typed("ChatParams")), chat.toString());
    assertTrue(text.containsAll(sampling), text.toString());
    assertTrue(text.containsAll(typed("CompletionParams")), text.toString());
    List<String> embedding = known(EmbeddingRequest::of, "signal", "lora");
    assertEquals(
        typed("EmbeddingParams").stream().sorted().toList(), embedding.stream().sorted().toList());
    List<String> rerank = known(RerankRequest::of, "signal", "lora");
    assertEquals(
        typed("RerankParams").stream().sorted().toList(), rerank.stream().sorted().toList());
    List<String> classification = known(ClassificationRequest::of, "signal", "lora");
    assertEquals(
        typed("ClassificationParams").stream().sorted().toList(),
        classification.stream().sorted().toList());
  }
}
