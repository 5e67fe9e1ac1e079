package io.wasmchord.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ToolChoice;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.config.Pooling;
import io.wasmchord.sampling.AdaptiveOptions;
import io.wasmchord.sampling.CutOptions;
import io.wasmchord.sampling.DryOptions;
import io.wasmchord.sampling.LogitBias;
import io.wasmchord.sampling.MirostatOptions;
import io.wasmchord.sampling.PenaltyOptions;
import io.wasmchord.sampling.SamplerName;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.sampling.ScoreOptions;
import io.wasmchord.sampling.TemperatureOptions;
import io.wasmchord.sampling.XtcOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.speculation.SpeculationOptions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {
  private static final String TALK = "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]";
  private static final RequestContext CHAT =
      new RequestContext("chat.completions.create", List.of("signal", "onProgress"), 7);
  private static final RequestContext TEXT = new RequestContext("completions.create", List.of(), 7);
  private static final RequestContext EMBED = new RequestContext("embeddings.create", List.of(), 7);

  private static ChatCompletionRequest chat(String options) {
    String more = options.isEmpty() ? "" : ", " + options;
    return ChatCompletionRequest.of(JsonReader.parse("{" + TALK + more + "}"), CHAT);
  }

  private static CompletionRequest text(String json) {
    return CompletionRequest.of(JsonReader.parse(json), TEXT);
  }

  private static EmbeddingRequest embed(String json) {
    return EmbeddingRequest.of(JsonReader.parse(json), EMBED);
  }

  private static void assertRefused(String said, Executable call) {
    String message = assertThrows(InvalidRequestException.class, call).getMessage();
    assertTrue(message.startsWith(said), message);
  }

  @Test
  void whereNothingIsSaidTheDefaultsHold() {
    ChatCompletionRequest chat = chat("");
    assertEquals(GenerationParams.defaults(7), chat.params());
    assertEquals(SamplerOptions.defaults(7), chat.params().sampling());
    assertEquals(ChatRequest.of(List.of(new Message(Role.USER, "Hi"))), chat.chat());
    assertEquals(ChatFormat.AUTO, chat.template());
    assertNull(chat.chatTemplate());
    assertTrue(chat.splitsReasoning());
    CompletionRequest text = text("{\"prompt\": \"Once\"}");
    assertEquals(GenerationParams.defaults(7), text.params());
    assertEquals(new TokenInput.Text("Once"), text.prompts().getFirst());
    assertEquals(
        new GenerationOptions(
            GenerationOptions.NO_LIMIT, List.of(), SamplerOptions.defaults(7), false),
        text.params().options());
    EmbeddingRequest embedding = embed("{\"input\": \"cat\"}");
    assertEquals(EmbeddingRequest.of(List.of(new TokenInput.Text("cat"))), embedding);
    assertEquals(EmbeddingOptions.DEFAULT, embedding.options());
  }

  /** As clients may send all that they know. */
  @Test
  void nullIsAsIfNothingWereGivenAndSoIsWhatAsksForNothing() {
    assertEquals(
        chat(""),
        chat(
            """
            "top_p": null, "seed": null, "stop": null, "stream": null, "tools": null, "template": null,
            "chat_template": null, "chat_template_kwargs": null, "reasoning_format": null, "unknown": null,
            "logit_bias": {}, "logprobs": false, "top_logprobs": 0, "n": 1.0, "store": false, "metadata": {"a": "b"},
            "user": "u", "service_tier": "auto", "response_format": {"type": "text"}, "tool_choice": "auto",
            "parallel_tool_calls": true, "stream_options": {"include_obfuscation": false}, "modalities": ["text"],
            "functions": [], "prompt_cache_retention": "in_memory", "prompt_cache_options": {},
            "prompt_cache_key": "k", "safety_identifier": "s"
            """));
    assertEquals(chat(""), chat("\"stop\": [], \"tools\": [], \"parallel_tool_calls\": false"));
    assertEquals(
        text("{\"prompt\": \"x\"}"),
        text("{\"prompt\": [\"x\"], \"echo\": false, \"suffix\": \"\", \"best_of\": 1}"));
  }

  @Test
  void everyOptionIsRead() {
    GenerationParams params =
        chat("""
        "max_tokens": 5, "temperature": 0.5, "top_p": 0.25, "top_k": 3, "min_p": 0.125,
        "repetition_penalty": 1.5, "frequency_penalty": -2, "presence_penalty": 2e0, "seed": -9,
        "min_tokens": 2, "stop": ["a", "b"], "ignore_eos": true, "stream": true, "stream_options": {"include_usage": false},
        "model": "m", "n": 3, "stop_token_ids": [7, 7], "include_stop_str_in_output": true
        """)
            .params();
    SamplerOptions sampling =
        SamplerOptions.defaults(-9)
            .withTemperature(TemperatureOptions.of(0.5f))
            .withCuts(CutOptions.of(3, 0.25f, 0.125f))
            .withPenalties(new PenaltyOptions(1.5f, -2f, 2f, 64));
    assertEquals(
        new GenerationParams(
            sampling,
            5,
            2,
            List.of("a", "b"),
            true,
            true,
            StreamUsage.NONE,
            "m",
            null,
            3,
            SpeculationOptions.OFF,
            Set.of(7),
            true,
            null),
        params);
    assertEquals(List.of("a"), chat("\"stop\": \"a\"").params().stop());
    assertEquals(
        StreamUsage.OWN_CHUNK,
        chat("\"stream_options\": {\"include_usage\": true}").params().usage());
    assertEquals(StreamUsage.LAST_CHUNK, chat("\"stream_options\": {}").params().usage());
    ChatCompletionRequest chat =
        chat(
            """
            "tools": [{"type": "function"}, {"name": "f"}], "documents": [1], "chat_template": "{{ x }}",
            "chat_template_kwargs": {"enable_thinking": false}, "reasoning_format": "none"
            """);
    assertEquals(
        JsonReader.parse("[{\"type\": \"function\"}, {\"name\": \"f\"}]"), chat.chat().tools());
    assertEquals(JsonReader.parse("[1]"), chat.chat().documents());
    assertEquals(JsonObject.of("enable_thinking", JsonValue.of(false)), chat.chat().arguments());
    assertEquals("{{ x }}", chat.chatTemplate());
    assertFalse(chat.splitsReasoning());
    assertEquals("chatml", chat("\"template\": \"chatml\"").template());
    assertEquals(
        JsonValue.ofNull(),
        chat("\"tools\": [{}], \"tool_choice\": \"none\", \"parallel_tool_calls\": false")
            .chat()
            .tools());
    EmbeddingRequest embedding =
        embed(
            """
            {"input": ["a", [1, 2]], "pooling": "cls", "normalize": false, "truncate": true, "dimensions": 8,
             "encoding_format": "base64", "model": "m", "user": "u"}
            """);
    assertEquals(
        new EmbeddingRequest(
            List.of(new TokenInput.Text("a"), new TokenInput.Tokens(List.of(1, 2))),
            new EmbeddingOptions(Pooling.CLS, false, true),
            8,
            EmbeddingRequest.EncodingFormat.BASE64,
            "m"),
        embedding);
    assertEquals(
        List.of(new TokenInput.Tokens(List.of(3, 4))), embed("{\"input\": [3, 4]}").input());
  }

  @Test
  void logprobsAreReadInBothShapes() {
    assertNull(chat("\"logprobs\": false").params().scores());
    assertEquals(ScoreOptions.of(0), chat("\"logprobs\": true").params().scores());
    assertEquals(
        new ScoreOptions(20, true, false),
        chat("\"logprobs\": true, \"top_logprobs\": 20, \"logprobs_after_samplers\": true")
            .params()
            .scores());
    assertNull(text("{\"prompt\": \"x\", \"logprobs\": false, \"echo\": true}").params().scores());
    assertEquals(
        ScoreOptions.of(0), text("{\"prompt\": \"x\", \"logprobs\": 0}").params().scores());
    CompletionRequest echo = text("{\"prompt\": \"x\", \"logprobs\": 5, \"echo\": true}");
    assertEquals(new ScoreOptions(5, false, true), echo.params().scores());
    assertTrue(echo.echo());
    GenerationOptions options =
        text("{\"prompt\": \"x\", \"stop\": \"s\", \"stop_token_ids\": 3,"
                + " \"include_stop_str_in_output\": true}")
            .params()
            .options();
    assertEquals(Set.of(3), options.ends());
    assertEquals(Set.of("s"), options.keptStops());
  }

  @Test
  void everySamplerIsRead() {
    SamplerOptions sampling =
        chat("""
        "dynatemp_range": 0.25, "dynatemp_exponent": 2, "typical_p": 0.5, "top_n_sigma": 1.5, "repeat_last_n": 7,
        "xtc_probability": 0.25, "xtc_threshold": 0.125, "dry_multiplier": 1, "dry_base": 2, "dry_allowed_length": 3,
        "dry_penalty_last_n": 9, "dry_sequence_breakers": ["\\n", "x"], "adaptive_target": 0.5, "adaptive_decay": 0.25,
        "logit_bias": [[5, 2], ["yes", false]], "samplers": ["top_k", "typ_p", "temperature"], "seed": 1
        """)
            .params()
            .sampling();
    SamplerOptions usual = SamplerOptions.defaults(1);
    CutOptions cuts = usual.cuts();
    assertEquals(
        usual
            .withTemperature(new TemperatureOptions(usual.temperature().value(), 0.25f, 2f))
            .withCuts(new CutOptions(cuts.topK(), cuts.topP(), cuts.minP(), 0.5f, 1.5f))
            .withPenalties(new PenaltyOptions(1f, 0f, 0f, 7))
            .withXtc(new XtcOptions(0.25f, 0.125f))
            .withDry(new DryOptions(1f, 2f, 3, 9, List.of("\n", "x")))
            .withAdaptive(new AdaptiveOptions(0.5f, 0.25f))
            .withBias(
                List.of(
                    new LogitBias.OfToken(5, 2f),
                    new LogitBias.OfText("yes", Float.NEGATIVE_INFINITY)))
            .withSamplers(
                List.of(SamplerName.TOP_K, SamplerName.TYPICAL_P, SamplerName.TEMPERATURE)),
        sampling);
    SamplerOptions mirostat =
        chat("\"mirostat\": 2, \"mirostat_tau\": 3, \"mirostat_eta\": 0.5, \"logit_bias\": {\"7\":"
                + " -100}")
            .params()
            .sampling();
    assertEquals(new MirostatOptions(2, 3f, 0.5f), mirostat.mirostat());
    assertEquals(List.of(new LogitBias.OfToken(7, -100f)), mirostat.bias());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1e999", "2147483647", "4294967296", "1e300", "null"})
  void noLimitHasManyNames(String limit) {
    for (String option : List.of("max_tokens", "max_completion_tokens")) {
      assertEquals(
          GenerationOptions.NO_LIMIT, chat("\"" + option + "\": " + limit).params().maxTokens());
    }
    assertEquals(2, chat("\"max_tokens\": 2, \"max_completion_tokens\": 2").params().maxTokens());
    assertEquals(
        Integer.MAX_VALUE, chat("\"top_k\": 1099511627776").params().sampling().cuts().topK());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          `"max_tokens": "x"` | `max_tokens is a whole number of tokens, or -1 or Infinity for no limit, not "x"`
          `"max_tokens": 1.5` | `max_tokens is a whole number of tokens, or -1 or Infinity for no limit, not 1.5`
          `"max_tokens": -2` | `max_tokens is a whole number of tokens, or -1 or Infinity for no limit, not -2`
          `"max_tokens": -1e999` | `max_tokens is a whole number of tokens, or -1 or Infinity for no limit, not -Infinity`
          `"max_tokens": {"$unwritable": "NaN"}` | `max_tokens is a whole number of tokens, or -1 or Infinity for no limit, not NaN`
          `"max_tokens": 5, "max_completion_tokens": 6` | `max_tokens and max_completion_tokens are two names of one limit, and differ; give one of them`
          `"temperature": {"$unwritable": "NaN"}` | `temperature is a number from 0 to 100, not NaN`
          `"temperature": 1e999` | `temperature is a number from 0 to 100, not Infinity`
          `"temperature": -0.1` | `temperature is a number from 0 to 100, not -0.1`
          `"temperature": "0"` | `temperature is a number from 0 to 100, not "0"`
          `"top_p": 1.5` | `top_p is a number from 0 to 1, not 1.5`
          `"top_k": -1` | `top_k is a whole number from 0 to 9007199254740991, not -1`
          `"top_k": 2.5` | `top_k is a whole number from 0 to 9007199254740991, not 2.5`
          `"min_p": [0]` | `min_p is a number from 0 to 1, not a list of 1`
          `"repetition_penalty": 0` | `repetition_penalty is a number from 0.001 to 1000, not 0`
          `"frequency_penalty": -101` | `frequency_penalty is a number from -100 to 100, not -101`
          `"presence_penalty": {}` | `presence_penalty is a number from -100 to 100, not an empty object`
          `"seed": 1.5` | `seed is a whole number from -9007199254740991 to 9007199254740991, not 1.5`
          `"seed": 18446744073709551616` | `seed is a whole number from -9007199254740991 to 9007199254740991, not 1.8446744073709552e+19`
          `"stop": ["a", ""]` | `stop[1] is a text that is not empty, not ""`
          `"stop": 5` | `stop is a text that is not empty, not 5`
          `"ignore_eos": 1` | `ignore_eos is true or false, not 1`
          `"stream": "yes"` | `stream is true or false, not "yes"`
          `"stream_options": 5` | `stream_options takes an object of options, not 5`
          `"stream_options": {"usage": true}` | `stream_options has no option "usage"; it has include_usage`
          `"stream_options": {"include_usage": 1}` | `stream_options.include_usage is true or false, not 1`
          `"stream_options": {"include_obfuscation": true}` | `stream_options.include_obfuscation is not supported, and true was given; nothing is sent here whose length could be watched`
          `"model": 5` | `model is a text, not 5`
          `"user": []` | `user is a text, not an empty list`
          `"n": 0` | `n is a whole number from 1 to 128, not 0`
          `"logit_bias": {"a": -100}` | `logit_bias is by ids of tokens, and "a" is none; for a text give a list: [[text, bias]]`
          `"logit_bias": {"1": -5000}` | `logit_bias.1 is a number from -1000 to 1000, or false, not -5000`
          `"logit_bias": [["a"]]` | `logit_bias[0] is [a token's id or a text, what is added], not a list of 1`
          `"logit_bias": [["", 1]]` | `logit_bias names an empty text; give one that is not`
          `"logit_bias": 1` | `logit_bias is an object or a list of pairs, not 1`
          `"samplers": ["beam"]` | `'samplers' names 'beam', which is none; there are penalties, dry, top_n_sigma, top_k, typical_p, top_p, min_p, xtc, temperature`
          `"samplers": ["xtc", "xtc"]` | `'samplers' names one twice; name each once`
          `"mirostat": 3` | `mirostat is a whole number from 0 to 2, not 3`
          `"typical_p": 2` | `typical_p is a number from 0 to 1, not 2`
          `"template": ""` | `template is a text that is not empty, not ""`
          `"chat_template": " "` | `chat_template is the source of a Jinja template, not " "`
          `"template": "chatml", "chat_template": "x"` | `'template' and 'chat_template' exclude each other; give one of them`
          `"chat_template_kwargs": []` | `chat_template_kwargs is an object, not an empty list`
          `"metadata": {"$unwritable": "a function"}` | `metadata is an object, not a function`
          `"tools": {"f": 1}` | `tools is a list of tools, not an object with f`
          `"tools": [null]` | `tools[0] is an object, not null`
          `"tools": [{"type": "custom"}]` | `tools[0] is of type "custom", which is not supported; describe it as one of type 'function'`
          `"tool_choice": "required"` | `tool_choice asks for a call, and there are no tools; give tools`
          `"tools": [{}], "tool_choice": "must"` | `tool_choice is 'auto', 'none', 'required' or { type: 'function', function: { name } }, not "must"`
          `"tools": [{}], "tool_choice": {"type": "function"}` | `tool_choice.function.name is a text that is not empty, not null`
          `"tools": [{}], "tool_choice": {"type": "allowed_tools"}` | `tool_choice.allowed_tools is { mode: 'auto' or 'required', tools: [{ type: 'function', function: { name } }] }`
          `"documents": "d"` | `documents is a list, not "d"`
          `"reasoning_format": "deepseek"` | `reasoning_format is 'auto' or 'none', not "deepseek"`
          `"response_format": {"type": "xml"}` | `response_format.type is 'text', 'json_object', 'json_schema' or 'structural_tag', not "xml"`
          `"response_format": 5` | `response_format takes an object of options, not 5`
          `"modalities": ["text", "audio"]` | `modalities is not supported, and a list of 2 was given; answers are text alone`
          `"logprobs": 3` | `logprobs is true or false, not 3`
          `"top_logprobs": 3` | `top_logprobs is 3 without logprobs; set logprobs to true`
          `"logprobs": true, "top_logprobs": 21` | `top_logprobs is a whole number from 0 to 20, not 21`
          `"logprobs_after_samplers": true` | `logprobs_after_samplers is true without logprobs; give logprobs`
          `"stop_token_ids": [1, -1]` | `stop_token_ids[1] is a token id, not -1`
          `"include_stop_str_in_output": 1` | `include_stop_str_in_output is true or false, not 1`
          `"reasoning_effort": "low"` | `reasoning_effort is not supported, and "low" was given; a template that knows it takes it from chat_template_kwargs: { reasoning_effort }`
          `"verbosity": "low"` | `verbosity is not supported, and "low" was given; ask for a short or a long answer in a message`
          `"functions": [{}]` | `functions is not supported, and a list of 1 was given; give tools`
          `"function_call": "auto"` | `function_call is not supported, and "auto" was given; give tool_choice`
          `"prediction": {}` | `content is missing; prediction needs content`
          `"prediction": {"type": "text", "content": "x"}` | `prediction.type is 'content', not "text"`
          `"prediction": {"content": 5}` | `prediction.content is a text, or a list of parts of type "text", not 5`
          `"prediction": {"content": [5]}` | `prediction.content[0] is a part of type "text", not 5`
          `"prediction": {"content": "x"}, "speculation": "draft"` | `prediction is looked up, and speculation is 'draft'; leave one of them out, or set speculation to 'lookup'`
          `"audio": {}` | `audio is not supported, and an empty object was given; answers are text alone`
          `"web_search_options": {}` | `web_search_options is not supported, and an empty object was given; search yourself, and give what was found as documents`
          `"moderation": true` | `moderation is not supported, and true was given; leave it out`
          `"store": true` | `store is not supported, and true was given; keep the answer yourself`
          `"prompt_cache_retention": "24h"` | `prompt_cache_retention is not supported, and "24h" was given; a prompt is kept in memory, as long as the model is loaded`
          `"service_tier": "flex"` | `service_tier is 'auto' or 'default', not "flex"`
          `"maxTokens": 5` | `chat.completions.create has no option "maxTokens"; is max_tokens meant?`
          `"onprogress": 5` | `chat.completions.create has no option "onprogress"; is onProgress meant?`
          `"repeat_penalty": 1.1` | `chat.completions.create has no option "repeat_penalty"; is repetition_penalty meant?`
          `"messages": null` | `messages is missing; chat.completions.create needs messages`
          """)
  void whatCannotBeMetIsRefusedByNameValueAndRemedy(String option, String said) {
    assertEquals(
        said, assertThrows(InvalidRequestException.class, () -> chat(option)).getMessage());
  }

  @Test
  void whatIsLikeNothingIsToldAllThatThereIs() {
    assertRefused(
        "embeddings.create has no option \"quality\"; it has input, pooling, normalize, truncate,"
            + " dimensions, encoding_format, model, user",
        () -> embed("{\"input\": \"x\", \"quality\": 1}"));
    assertRefused(
        "embeddings.create has no option \"" + "q".repeat(60) + "…\"; it has",
        () -> embed("{\"" + "q".repeat(10_000) + "\": 1}"));
    assertRefused("embeddings.create takes an object of options, not null", () -> embed("null"));
    assertRefused("embeddings.create takes an object of options, not a l", () -> embed("[5]"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          `[]` | `messages is a list of one message or more, not an empty list`
          `"Hi"` | `messages is a list of one message or more, not "Hi"`
          `[null]` | `messages[0] is an object with role and content, not null`
          `[{"role": "user", "content": "x"}, "Hi"]` | `messages[1] is an object with role and content, not "Hi"`
          `[{"content": "x"}]` | `messages[0].role is a text that is not empty, not null`
          `[{"role": 5, "content": "x"}]` | `messages[0].role is a text that is not empty, not 5`
          `[{"role": " ", "content": "x"}]` | `a message's role is ' '; name who speaks, such as user`
          `[{"role": "user"}]` | `messages[0].content is missing; only a message of the assistant's with tool_calls may be without`
          `[{"role": "user", "content": null, "tool_calls": [{}]}]` | `messages[0].content is missing; only a message of the assistant's with tool_calls may be without`
          `[{"role": "assistant", "content": null, "reasoning_content": ""}]` | `messages[0].content is missing; only a message of the assistant's with tool_calls may be without`
          `[{"role": "user", "content": {}}]` | `messages[0].content is a text or a list of parts { type: 'text', text: '...' }, not an empty object`
          `[{"role": "user", "content": ["a"]}]` | `messages[0].content[0] is { type: 'text', text: '...' }, not "a"`
          `[{"role": "user", "content": [{"type": "text"}]}]` | `messages[0].content[0] is { type: 'text', text: '...' }, not an object with type`
          `[{"role": "user", "content": [{"type": "image_url"}]}]` | `messages[0].content[0] is of type "image_url", and a model is given text alone here; leave the part out, or say in a text what it shows`
          """)
  void messagesAreCheckedOneByOne(String messages, String said) {
    JsonValue json = JsonReader.parse("{\"messages\": " + messages + "}");
    assertEquals(
        said,
        assertThrows(InvalidRequestException.class, () -> ChatCompletionRequest.of(json, CHAT))
            .getMessage());
  }

  @Test
  void aMessageIsItsTextAndFurtherFields() {
    JsonValue json =
        JsonReader.parse(
            """
            {"messages": [
              {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "name": "n", "audio": null},
              {"role": "assistant", "content": null, "tool_calls": [], "refusal": null}]}
            """);
    assertEquals(
        List.of(
            new Message(Role.USER, "ab", JsonObject.of("name", JsonValue.of("n"))),
            new Message(
                Role.ASSISTANT,
                "",
                JsonObject.builder()
                    .put("tool_calls", JsonValue.of(List.of()))
                    .put("content", JsonValue.ofNull())
                    .build())),
        ChatCompletionRequest.of(json, CHAT).chat().messages());
  }

  @Test
  void promptsAndInputsAreTextsOrIds() {
    assertEquals(
        List.of(new TokenInput.Tokens(List.of(1, 2147483647))),
        text("{\"prompt\": [1, 2147483647]}").prompts());
    TokenInput one = new TokenInput.Tokens(List.of(1));
    assertEquals(List.of(one), text("{\"prompt\": [[1.0]]}").prompts());
    assertEquals(
        List.of(new TokenInput.Text("a"), one), text("{\"prompt\": [\"a\", [1]]}").prompts());
    assertRefused("prompt is missing; completions.create needs prompt", () -> text("{}"));
    String texts = "a text, a list of token ids, or a list of one or more of these, not ";
    assertRefused("prompt is " + texts + "5", () -> text("{\"prompt\": 5}"));
    assertRefused("prompt is " + texts + "an empty list", () -> text("{\"prompt\": []}"));
    assertRefused(
        "9 prompts with n 128 ask for 1152 answers; at most 1024 are given at once",
        () -> text("{\"n\": 128, \"prompt\": [\"a\"" + ", \"b\"".repeat(8) + "]}"));
    assertRefused("prompt[1] is a token id, not 1.5", () -> text("{\"prompt\": [1, 1.5]}"));
    assertRefused("prompt[0] is a token id, not -1", () -> text("{\"prompt\": [-1]}"));
    assertRefused("prompt[1] is a token id, not \"a\"", () -> text("{\"prompt\": [1, \"a\"]}"));
    assertRefused("prompt[0] is a token id, not 2147", () -> text("{\"prompt\": [2147483648]}"));
    assertRefused(
        "input[1] is a text or a list of token ids, not true",
        () -> embed("{\"input\": [\"x\", true]}"));
    assertRefused(
        "completions.create has no option \"top_logprobs\"; is logprobs meant?",
        () -> text("{\"prompt\": \"x\", \"top_logprobs\": 1}"));
    assertRefused("suffix is not supp", () -> text("{\"prompt\": \"x\", \"suffix\": \"y\"}"));
    assertRefused("best_of is not supp", () -> text("{\"prompt\": \"x\", \"best_of\": 3}"));
    assertRefused(
        "logprobs is a whole number from 0 to 20, not true",
        () -> text("{\"prompt\": \"x\", \"logprobs\": true}"));
    assertRefused("input is missing; embeddings.create needs input", () -> embed("{}"));
    assertRefused(
        "dimensions is a whole number from 1 to 2147483647, not 0",
        () -> embed("{\"input\": \"x\", \"dimensions\": 0}"));
    assertRefused(
        "pooling is 'mean', 'cls', 'last' or 'none', not \"rank\"",
        () -> embed("{\"input\": \"x\", \"pooling\": \"rank\"}"));
    assertRefused(
        "encoding_format is 'float', 'base64' or 'float32array', not \"hex\"",
        () -> embed("{\"input\": \"x\", \"encoding_format\": \"hex\"}"));
  }

  @Test
  void toolsAreChosen() {
    String tools = "\"tools\": [{\"function\": {\"name\": \"f\"}}]";
    assertEquals(ToolChoice.AUTO, chat(tools).chat().toolChoice());
    assertEquals(
        ToolChoice.REQUIRED, chat(tools + ", \"tool_choice\": \"required\"").chat().toolChoice());
    assertEquals(
        ToolChoice.AUTO.withoutSeveral(),
        chat(tools + ", \"parallel_tool_calls\": false").chat().toolChoice());
    assertEquals(
        ToolChoice.of("f"),
        chat(tools + ", \"tool_choice\": {\"type\": \"function\", \"function\": {\"name\": \"f\"}}")
            .chat()
            .toolChoice());
    assertEquals(
        ToolChoice.REQUIRED.among(List.of("f")),
        chat(tools
                + ", \"tool_choice\": {\"type\": \"allowed_tools\", \"allowed_tools\": {\"mode\":"
                + " \"required\", \"tools\": [{\"type\": \"function\", \"function\": {\"name\":"
                + " \"f\"}}]}}")
            .chat()
            .toolChoice());
  }
}
