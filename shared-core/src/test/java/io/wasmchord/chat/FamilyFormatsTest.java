package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.chat.Message.Role;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.tokenizer.TestVocabularies;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole answers of families that mark reasoning, calls and text in ways of their own. */
class FamilyFormatsTest {
  private static final JsonValue TOOLS =
      JsonReader.parse(
          """
          [{"type": "function", "function": {"name": "rain", "parameters": {"type": "object",
            "properties": {"place": {"type": "string"}, "days": {"type": "integer"}}}}}, {"name": "now"}]
          """);
  private static final ToolCall BONN = new ToolCall("rain", "{\"place\": \"Bonn\"}");
  private static final ToolCall NOW = new ToolCall("now", "{}");

  private static final String HARMONY =
      "{% for m in messages %}{% if m.role == 'assistant' and m.tool_calls %}"
          + "{% if m.content and m.thinking %}{{ raise_exception('one of both') }}{% endif %}"
          + "{% if m.content or m.thinking %}<|start|>assistant<|channel|>analysis<|message|>{{ m.thinking or m.content }}<|end|>{% endif %}"
          + "<|start|>assistant to=functions.{{ m.tool_calls[0].function.name }}<|channel|>commentary json<|message|>"
          + "{{ m.tool_calls[0].function.arguments | tojson }}<|call|>"
          + "{% elif m.role == 'assistant' %}<|start|>assistant<|channel|>final<|message|>{{ m.content }}<|return|>"
          + "{% else %}<|start|>{{ m.role }}<|message|>{{ m.content }}<|end|>{% endif %}{% endfor %}"
          + "{% if add_generation_prompt %}<|start|>assistant{% endif %}";
  private static final String FUNCTIONARY =
      "{{ messages[0].content }}{# >>>all #}{% if add_generation_prompt %}>>>{% endif %}";
  private static final String GEMMA =
      "{% for m in messages %}<|turn>{{ m.role }}\n{{ m.content }}<turn|>\n{% endfor %}<|turn>model\n"
          + "{# <|channel>thought <|tool_call>call: #}";
  private static final String THINK =
      "{{ messages[0].content }}{# <think></think> <tool_call></tool_call> #}";

  private static final Tokenizer BYTES = bpe();

  private static Tokenizer bpe(String... control) {
    return Tokenizers.of(TestVocabularies.bpe("gpt-2", List.of("a b"), control));
  }

  private record Parts(String reasoning, String text, List<ToolCall> calls) {
    static Parts of(String reasoning, String text, ToolCall... calls) {
      return new Parts(reasoning, text, List.of(calls));
    }
  }

  private static final class Collector implements AnswerListener {
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();

    @Override
    public boolean onReasoning(String more) {
      return !reasoning.append(more).isEmpty();
    }

    @Override
    public boolean onAnswer(String more) {
      return !text.append(more).isEmpty();
    }

    @Override
    public boolean onToolCalls(List<ToolCall> found, String written) {
      return calls.addAll(found);
    }

    Parts parts() {
      return new Parts(reasoning.toString(), text.toString(), List.copyOf(calls));
    }
  }

  private static AnswerReader reader(
      String template, Tokenizer tokenizer, boolean splits, Collector collector) {
    ChatFormat format = ChatFormat.ofSource(template, tokenizer, () -> 0);
    ChatRequest request = ChatRequest.of(List.of(new Message(Role.USER, "Rain?"))).withTools(TOOLS);
    return format.reader(request, format.encode(request), splits, collector);
  }

  private static Parts read(String template, boolean splits, String... pieces) {
    Collector collector = new Collector();
    AnswerReader reader = reader(template, BYTES, splits, collector);
    for (String piece : pieces) {
      assertTrue(reader.onText(piece));
    }
    reader.end();
    return collector.parts();
  }

  /** The same with the markers as control tokens, which come as such. */
  private static Parts readTokens(String template, String answer, String... control) {
    Tokenizer tokenizer = bpe(control);
    Collector collector = new Collector();
    AnswerReader reader = reader(template, tokenizer, true, collector);
    for (int at = 0; at < answer.length(); ) {
      int id = tokenizer.controlAt(answer, at);
      if (id >= 0) {
        reader.onMark(id);
      } else {
        reader.onText(answer.substring(at, at + 1));
      }
      at += id < 0 ? 1 : tokenizer.piece(id).length();
    }
    reader.end();
    return collector.parts();
  }

  /** The same, split in two at every place, and into its characters. */
  private static Parts read(String template, String answer) {
    Parts whole = read(template, true, answer);
    assertEquals(whole, read(template, true, answer.split("")), answer);
    for (int at = 1; at < answer.length(); at++) {
      assertEquals(
          whole, read(template, true, answer.substring(0, at), answer.substring(at)), answer);
    }
    return whole;
  }

  private static final String[] HARMONY_TOKENS = {
    "<|start|>", "<|channel|>", "<|message|>", "<|constrain|>", "<|end|>", "<|call|>", "<|return|>"
  };

  private static Parts harmony(String answer) {
    Parts parts = read(HARMONY, answer);
    assertEquals(parts, readTokens(HARMONY, answer, HARMONY_TOKENS), answer);
    return parts;
  }

  private static final String CALLING =
      "<|channel|>commentary to=functions.rain <|constrain|>json<|message|>{\"place\": \"Bonn\"}";

  @Test
  void harmonysChannelsAreReasoningTextAndCalls() {
    String thought = "<|channel|>analysis<|message|>I look\nit up.<|end|>";
    String turn = "<|start|>assistant";
    assertEquals(
        Parts.of("I look\nit up.", "It rains."),
        harmony(thought + turn + "<|channel|>final<|message|>It rains.<|return|>"));
    assertEquals(Parts.of("I look\nit up.", "", BONN), harmony(thought + turn + CALLING));
    assertEquals(
        Parts.of("", "", BONN),
        harmony(" to=functions.rain<|channel|>commentary json<|message|>{\"place\": \"Bonn\"}"));
    assertEquals(
        Parts.of("", "", BONN),
        harmony("<|channel|>analysis to=functions.rain<|message|>{\"place\": \"Bonn\"}<|call|>"));
    assertEquals(
        Parts.of("I look\nit up.\n\nAgain.", "First this.\n\nDone.", BONN, NOW),
        harmony(
            thought
                + turn
                + "<|channel|>commentary<|message|>First this.<|end|>"
                + turn
                + CALLING
                + "<|call|>"
                + turn
                + "<|channel|>analysis<|message|>Again.<|end|>"
                + turn
                + " to=functions.now<|channel|>commentary<|message|>{}<|call|>"
                + turn
                + "<|channel|>final<|message|>Done."));
    assertEquals(
        Parts.of("Hm", "Yes"),
        harmony(
            "<|channel|>commentary to=assistant<|channel|>analysis<|message|>Hm<|start|>assistant"
                + "<|channel|>final <|constrain|>json<|message|>Yes"),
        "a stray channel, and no end");
  }

  @Test
  void whatHarmonyCutsOffOrMistakesIsNotLost() {
    assertEquals(Parts.of("I loo", ""), harmony("<|channel|>analysis<|message|>I loo"));
    assertEquals(Parts.of("", "It ra"), harmony("<|channel|>final<|message|>It ra"));
    assertEquals(Parts.of("", "Plain text. "), harmony("Plain text. "));
    assertEquals(Parts.of("", ""), harmony("<|channel|>analys"));
    assertEquals(Parts.of("", ""), harmony(" to=functions.ra"));
    String cut = CALLING.substring(0, CALLING.length() - 3);
    assertEquals(Parts.of("", cut), harmony(cut));
    String other = CALLING.replace("rain", "destroy") + "<|call|>";
    assertEquals(Parts.of("", other), harmony(other));
    String python = "<|channel|>analysis to=python code<|message|>print(1)<|call|>";
    assertEquals(Parts.of("", python), harmony(python));
    String broken = CALLING + "}<|call|>";
    assertEquals(
        Parts.of("", "Well.\n\n" + broken),
        harmony("<|channel|>final<|message|>Well.<|end|>" + broken));
    assertEquals(
        Parts.of("", "<|channel|>analysis<|message|>Hm<|end|>Yes"),
        read(
            HARMONY,
            false,
            "<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>final<|message|>Yes"),
        "not split");
  }

  @Test
  void harmonysHistoryHasReasoningWhereItsTemplateWantsIt() {
    ChatFormat format = ChatFormat.ofSource(HARMONY, BYTES, () -> 0);
    JsonObject extra =
        JsonObject.of("tool_calls", JsonValue.of(List.of(BONN.value("call_1"))))
            .with("reasoning_content", JsonValue.of("Hm."));
    Message tool = new Message(Role.TOOL, "wet");
    String after =
        "<|end|><|start|>assistant to=functions.rain<|channel|>commentary json<|message|>{\"place\": \"Bonn\"}<|call|>"
            + "<|start|>tool<|message|>wet<|end|><|start|>assistant";
    for (String text : new String[] {"", "I look."}) {
      List<Message> talk =
          List.of(new Message(Role.USER, "Rain?"), new Message(Role.ASSISTANT, text, extra), tool);
      String thought = text.isEmpty() ? "Hm." : "Hm.\n\nI look.";
      assertEquals(
          "<|start|>user<|message|>Rain?<|end|><|start|>assistant<|channel|>analysis<|message|>"
              + thought
              + after,
          BYTES.decode(format.encode(ChatRequest.of(talk).withTools(TOOLS)), true));
    }
  }

  @Test
  void reasoningBecomesAPartOfTheContentWhereTheTemplateWantsThat() {
    String parts =
        "{% for m in messages %}{% if m.content is string %}[{{ m.content }}]{% else %}{% for p in m.content %}"
            + "{% if p.type == 'thinking' %}[THINK]{{ p.thinking }}[/THINK]{% else %}{{ p.text }}{% endif %}{% endfor %}{% endif %}{% endfor %}";
    ChatFormat format = ChatFormat.ofSource(parts, BYTES, () -> 0);
    JsonObject reasoned = JsonObject.of("reasoning_content", JsonValue.of("Hm."));
    List<Message> talk =
        List.of(new Message(Role.USER, "Hi"), new Message(Role.ASSISTANT, "Yes", reasoned));
    assertEquals("[Hi][THINK]Hm.[/THINK]Yes", BYTES.decode(format.encode(talk), true));
    ChatFormat plain = ChatFormat.ofSource("{{ messages[1].content }}", BYTES, () -> 0);
    assertEquals("Yes", BYTES.decode(plain.encode(talk), true));
  }

  @Test
  void functionarysRecipientsAreTextAndCalls() {
    assertEquals(Parts.of("", "Hello\nyou"), read(FUNCTIONARY, "all\nHello\nyou"));
    assertEquals(
        Parts.of("", "Let me see.", BONN, NOW),
        read(FUNCTIONARY, "all\nLet me see.>>>rain\n{\"place\": \"Bonn\"}>>>now\n{}"));
    assertEquals(Parts.of("", "", BONN), read(FUNCTIONARY, "rain\n{\"place\": \"Bonn\"}\n"));
    for (String text :
        new String[] {"Hello", "al", "nobody\n{}", "a >>> b", "a >>>all", "a >>>>b\nc>"}) {
      assertEquals(Parts.of("", text), read(FUNCTIONARY, text), text);
    }
    assertEquals(Parts.of("", "x\n\n>>>rain\n{\"pla"), read(FUNCTIONARY, "all\nx>>>rain\n{\"pla"));
  }

  private static Parts gemma(String answer) {
    Parts parts = read(GEMMA, answer);
    assertEquals(
        parts,
        readTokens(
            GEMMA, answer, "<|channel>", "<channel|>", "<|tool_call>", "<tool_call|>", "<|\"|>"),
        answer);
    return parts;
  }

  @Test
  void gemmasThoughtsAndCalls() {
    assertEquals(
        Parts.of("I'm\nthinking", "Hello"),
        gemma("<|channel>thought\nI'm\nthinking<channel|>Hello"));
    assertEquals(Parts.of("", "Hello"), gemma("<|channel>thought<channel|>Hello"));
    assertEquals(
        Parts.of("Hm", "Well.", BONN, NOW),
        gemma(
            "<|channel>thought\nHm\n<channel|>Well.<|tool_call>call:rain{place:<|\"|>Bonn<|\"|>}<tool_call|>"
                + "<|tool_call>call:now{}<tool_call|>"));
    assertEquals(
        Parts.of(
            "",
            "",
            new ToolCall(
                "rain",
                "{\"a\": [\"x, }\", {\"b\": -1.5e3, \"c\": null}, true, []], \"d\": \"\\\"q\\\"\\n\", \"e\": \"word\", \"f\": \"J, s\"}")),
        gemma(
            "<|tool_call>call:rain{a:[<|\"|>x, }<|\"|>,{b:-1.5e3,c:None},true,[]],d:<|\"|>\"q\"\n<|\"|>, e:word,\"f\":\"J, s\"}"));
    String[] none = {
      "<|tool_call>call:rain{place:<|\"|>Bonn",
      "<|tool_call>call:rain{{a:1}}<tool_call|>",
      "<|tool_call>call:rain{a:}<tool_call|>",
      "<|tool_call>call:rain{a:1]<tool_call|>",
      "<|tool_call>call:rain{a}<tool_call|>",
      "<|tool_call>call:rain{a:<|\"|>x<|\"|>y}<tool_call|>",
      "<|tool_call>call:destroy{}<tool_call|>",
      "<|tool_call>rain{}<tool_call|>"
    };
    for (String text : none) {
      assertEquals(Parts.of("", text), gemma(text), text);
    }
  }

  @Test
  void gemmasMarkersMayComeAgain() {
    String[] control = {"<|channel>", "<channel|>"};
    assertEquals(
        Parts.of("a\n\nb", "Hello"),
        readTokens(
            GEMMA,
            "<|channel>thought\na<channel|>Hel<|channel>thought\nb<channel|>lo<channel|>",
            control));
    assertEquals(
        Parts.of("", "Hello"),
        readTokens(GEMMA, "<|channel><|channel>thought\n<channel|>Hello<|channel>", control));
    assertEquals(Parts.of("", "other x"), readTokens(GEMMA, "<|channel>other x", control));
  }

  @Test
  void aTurnIsOpenedForGemmaWhereItsTemplateLeavesItClosed() {
    String template = GEMMA.replace("<|turn>model\n", "{# '<|turn>model' #}");
    ChatFormat format = ChatFormat.ofSource(template, BYTES, () -> 0);
    ChatRequest request = ChatRequest.of(List.of(new Message(Role.USER, "Hi")));
    assertEquals(
        "<|turn>user\nHi<turn|>\n<|turn>model\n", BYTES.decode(format.encode(request), true));
    assertEquals(
        "<|turn>user\nHi<turn|>\n",
        BYTES.decode(format.encode(request.withGenerationPrompt(false)), true));
  }

  @Test
  void reasoningMayComeAgainInALineOfItsOwn() {
    String call = "<tool_call>{\"name\": \"now\"}</tool_call>";
    assertEquals(
        Parts.of("a\n\nb", "One. \nTwo.", NOW),
        read(THINK, "<think>a</think>One. \n<think>\nb\n</think>\n\nTwo." + call));
    String[] quoted = {
      "Write <think>\nfirst.", "<think> is a tag: `<think>`\n <think>\nx", "```\n<think>\n```\nSo."
    };
    for (String text : quoted) {
      assertEquals(Parts.of("", "Yes:\n" + text), read(THINK, "Yes:\n" + text), text);
    }
    String coder = THINK + "{# <tool_call><function=><parameter= #}";
    assertEquals(
        Parts.of("", "", new ToolCall("rain", "{\"place\": \"a\\n<think>\\nb\"}")),
        read(
            coder,
            "<tool_call>\n<function=rain>\n<parameter=place>\na\n<think>\nb\n</parameter>\n</function>\n</tool_call>"),
        "an argument");
  }

  @Test
  void aForgottenTagAfterAValueTakesNothingIn() {
    String coder = THINK + "{# <tool_call><function=><parameter= #}";
    ToolCall both = new ToolCall("rain", "{\"place\": \"Bonn\", \"days\": 2}");
    String head = "<tool_call>\n<function=rain>\n<parameter=place>\nBonn\n";
    String tail = "</function>\n</tool_call>";
    assertEquals(
        Parts.of("", "", both),
        read(coder, head + "<parameter=days>\n2\n</parameter>\n" + tail),
        "before another");
    assertEquals(Parts.of("", "", BONN), read(coder, head + tail), "at the end");
    assertEquals(
        Parts.of("", "", BONN, both),
        read(coder, head + tail + "\n" + head + "</parameter>\n<parameter=days>\n2\n" + tail),
        "before another call");
    String value = "Bonn\n</function>\n</tool_call> stays";
    assertEquals(
        "{\"place\": \"" + value.replace("\n", "\\n") + "\"}",
        read(coder, head.replace("Bonn", value) + "</parameter>\n" + tail)
            .calls()
            .getFirst()
            .arguments(),
        "quoted");
    String glm = THINK + "{# <arg_key><arg_value> #}";
    assertEquals(
        Parts.of("", "", both),
        readTokens(
            glm,
            "<tool_call>rain<arg_key>place</arg_key><arg_value>Bonn\n<arg_key>days</arg_key><arg_value>2</tool_call>",
            "<arg_key>",
            "</arg_key>",
            "<arg_value>",
            "</arg_value>",
            "<tool_call>",
            "</tool_call>"),
        "tokens");
  }

  @Test
  void deepSeeksTagsSayWhatAValueIs() {
    String dsml =
        "<｜DSML｜function_calls><｜DSML｜invoke name=\"now\"><｜DSML｜parameter name=\"a\" string=\"%s\">%s</｜DSML｜parameter>"
            + "</｜DSML｜invoke></｜DSML｜function_calls>";
    String template = "{{ messages[0].content }}{# ｜DSML｜ function_calls> #}";
    String[][] values = {
      {"true", "5", "\"5\""},
      {"false", "5", "5"},
      {"false", "[1, \"a\"]", "[1, \"a\"]"},
      {"false", "x", "\"x\""}
    };
    for (String[] v : values) {
      Parts expected = Parts.of("", "", new ToolCall("now", "{\"a\": " + v[2] + "}"));
      String answer = dsml.formatted(v[0], v[1]);
      assertEquals(expected, read(template, answer));
      assertEquals(expected, readTokens(template, answer, "｜DSML｜"));
    }
    String untold = dsml.formatted("maybe", "5");
    assertEquals(Parts.of("", untold), read(template, untold));
  }

  @Test
  void miniCpmQuotesValuesAsXmlDoes() {
    String template = "{{ messages[0].content }}{# <function name=\"<param name=\" #}";
    String call = "<function name=\"rain\"><param name=\"place\">%s</param></function>";
    assertEquals(Parts.of("", "", BONN), read(template, call.formatted("<![CDATA[Bonn]]>")));
    assertEquals(Parts.of("", "", BONN), read(template, call.formatted("Bonn")));
    assertEquals(
        Parts.of("", "", new ToolCall("rain", "{\"place\": \"<![CDATA[Bonn\"}")),
        read(template, call.formatted("<![CDATA[Bonn")));
  }

  /** What a template makes of a call tells the format, whatever words it has beside that. */
  @ParameterizedTest
  @CsvSource({
    "NEMOTRON,<TOOLCALL>[%s]</TOOLCALL>,false",
    "HERMES,<tool_call>%s</tool_call>,true",
    "MINIMAX_M1,'<tool_calls>\n%s\n</tool_calls>',true"
  })
  void whatTheTemplateMakesOfACallTellsTheFormat(
      ToolCallFormat expected, String shape, boolean misleading) {
    String[] around = shape.split("%s", -1);
    String template =
        "{%- set lt = '<' -%}{% for m in messages %}{{ m.content }}{% for c in m.tool_calls or [] %}"
            + around[0].replace("<", "{{ lt }}")
            + "{{ {'name': c.function.name, 'arguments': c.function.arguments} | tojson }}"
            + around[1].replace("<", "{{ lt }}")
            + "{% endfor %}{% endfor %}"
            + (misleading ? "{# <function=f></function> <|python_tag|> [TOOL_CALLS] #}" : "");
    assertEquals(expected, ChatFormat.ofSource(template, BYTES, () -> 0).toolCalls());
  }

  @Test
  void aTemplateOfMessagesHasNoOtherFormat() {
    for (String template : List.of(HARMONY, FUNCTIONARY)) {
      ChatFormat format = ChatFormat.ofSource(template, BYTES, () -> 0);
      assertNull(format.toolCalls());
      assertNull(format.reasoning());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1] is a note",
        "[rain] falls",
        "[now(), later()]",
        "[now()] and more",
        "[now(",
        "[rain(place=Bonn)]",
        "now()"
      })
  void whatIsNoCallInPythonStaysText(String text) {
    String llama = "{{ messages[0].content }}{# <|start_header_id|>ipython #}";
    assertEquals(Parts.of("", text), read(llama, text));
  }
}
