package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.chat.Message.Role;
import io.wasmchord.json.JsonValue;
import io.wasmchord.tokenizer.TestVocabularies;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reasoning and answer of one stream of text. */
class ReasoningTest {
  private static final String GRANITE = "<think></think><response></response>";

  /** No token but bytes, as if the markers were ordinary text. */
  private static final Tokenizer BYTES = bpe();

  private static Tokenizer bpe(String... control) {
    return Tokenizers.of(TestVocabularies.bpe("gpt-2", List.of("a b"), control));
  }

  private static ReasoningFormat format(String template, Tokenizer tokenizer) {
    ReasoningFormat format = ReasoningFormat.detect(template, tokenizer);
    assertNotNull(format, template);
    return format;
  }

  private record Parts(String reasoning, String answer) {}

  private static final class Collector implements AnswerListener {
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder answer = new StringBuilder();

    @Override
    public boolean onReasoning(String text) {
      assertFalse(text.isEmpty());
      reasoning.append(text);
      return true;
    }

    @Override
    public boolean onAnswer(String text) {
      assertFalse(text.isEmpty());
      answer.append(text);
      return true;
    }

    Parts parts() {
      return new Parts(reasoning.toString(), answer.toString());
    }
  }

  private static Parts split(ReasoningFormat format, boolean open, String... pieces) {
    Collector collector = new Collector();
    ReasoningSplitter splitter = new ReasoningSplitter(format, open, collector);
    for (String piece : pieces) {
      splitter.onText(piece);
    }
    splitter.end();
    return collector.parts();
  }

  /** What a text means, said plainly. */
  private static Parts meaning(ReasoningFormat f, boolean open, String text) {
    String reasoning = "";
    String rest = text;
    boolean begins = text.stripLeading().startsWith(f.open());
    if (open || begins) {
      String body = open ? text : text.stripLeading().substring(f.open().length());
      int end = body.indexOf(f.close());
      reasoning = (end < 0 ? body : body.substring(0, end)).strip();
      rest = end < 0 ? "" : body.substring(end + f.close().length()).stripLeading();
    }
    if (f.answerOpen().isEmpty() || !rest.stripLeading().startsWith(f.answerOpen())) {
      return again(f, reasoning, "", rest);
    }
    String inner = rest.stripLeading().substring(f.answerOpen().length());
    int end = inner.indexOf(f.answerClose());
    String after = end < 0 ? "" : inner.substring(end + f.answerClose().length()).stripLeading();
    return again(f, reasoning, (end < 0 ? inner : inner.substring(0, end)).strip(), after);
  }

  /** The same for an answer in which reasoning may come again, in a line of its own. */
  private static Parts again(ReasoningFormat f, String reasoning, String before, String answer) {
    String marker = f.open() + "\n";
    int at = answer.startsWith(marker) ? 0 : answer.indexOf("\n" + marker) + 1;
    if (at == 0 && !answer.startsWith(marker)) {
      return new Parts(reasoning, before + answer);
    }
    Parts more = meaning(f, true, answer.substring(at + marker.length()));
    String between = reasoning.isEmpty() || more.reasoning.isEmpty() ? "" : "\n\n";
    return new Parts(
        reasoning + between + more.reasoning, before + answer.substring(0, at) + more.answer);
  }

  @Test
  void anySplittingGivesTheSameParts() {
    Random random = new Random(7);
    for (String template : new String[] {"<think>", GRANITE, "Here is my response:"}) {
      ReasoningFormat f = format(template, BYTES);
      String[] alphabet = {
        f.open(),
        f.close(),
        f.answerOpen(),
        f.answerClose(),
        f.close().substring(0, 3),
        "<",
        "</",
        " ",
        "\n",
        "\n\n",
        "\t",
        "x",
        "yes.",
        "é",
        "😀",
        f.open().substring(1)
      };
      for (int round = 0; round < 4000; round++) {
        StringBuilder text = new StringBuilder(round % 3 == 0 ? f.open() : "");
        for (int n = random.nextInt(12); n > 0; n--) {
          text.append(alphabet[random.nextInt(alphabet.length)]);
        }
        boolean open = round % 5 == 0;
        Parts expected = meaning(f, open, text.toString());
        assertEquals(expected, split(f, open, text.toString()), text.toString());
        assertEquals(
            expected, split(f, open, RandomPieces.of(text.toString(), random)), text.toString());
        assertEquals(expected, split(f, open, text.toString().split("")), text.toString());
      }
    }
  }

  @Test
  void textComesAsSoonAsItIsCertain() {
    Collector collector = new Collector();
    ReasoningSplitter splitter = new ReasoningSplitter(format("<think>", BYTES), false, collector);
    String[][] steps = {
      {"\n<thi", "", ""},
      {"nk>\n", "", ""},
      {"I see", "I see", ""},
      {".\n\n</t", "I see.", ""},
      {"ea>", "I see.\n\n</tea>", ""},
      {"</think>\n\n", "I see.\n\n</tea>", ""},
      {"Hello ", "I see.\n\n</tea>", "Hello "},
      {"<think>", "I see.\n\n</tea>", "Hello <think>"}
    };
    for (String[] step : steps) {
      splitter.onText(step[0]);
      assertEquals(new Parts(step[1], step[2]), collector.parts(), step[0]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "{% if '</think>' in content %},<think>,</think>",
    "[THINK]x[/THINK],[THINK],[/THINK]",
    "<|START_THINKING|>,<|START_THINKING|>,<|END_THINKING|>",
    "<seed:think>,<seed:think>,</seed:think>",
    "<thought>,<thought>,</thought>",
    "<|inner_prefix|>,<|inner_prefix|>,<|inner_suffix|>",
    "'Here is my thought process:',Here is my thought process:,Here is my response:"
  })
  void theTemplateNamesTheMarkers(String template, String open, String close) {
    ReasoningFormat format = format(template, BYTES);
    assertEquals(open, format.open());
    assertEquals(close, format.close());
    assertEquals(Set.of(), format.marks());
  }

  @Test
  void theVocabularyNamesThemToo() {
    assertNull(ReasoningFormat.detect("{{ messages }}", BYTES));
    assertNull(ReasoningFormat.detect("", bpe("<think>")), "one of two");
    Tokenizer tokenizer = bpe("[THINK]", "[/THINK]");
    ReasoningFormat format = format("", tokenizer);
    assertEquals(Set.of(tokenizer.idOf("[THINK]"), tokenizer.idOf("[/THINK]")), format.marks());
  }

  @Test
  void markersThatAreControlTokensAreKnownById() {
    Tokenizer tokenizer = bpe("<think>", "</think>");
    ReasoningFormat format = format("<think>", tokenizer);
    Collector collector = new Collector();
    ReasoningSplitter splitter = new ReasoningSplitter(format, false, collector);
    splitter.onText("\n");
    splitter.onMark(format.openId());
    splitter.onText("\nthe text </think> is no marker \n");
    splitter.onMark(format.closeId());
    splitter.onText("\n\nYes.");
    splitter.onMark(format.openId());
    splitter.end();
    assertEquals(new Parts("the text </think> is no marker", "Yes."), collector.parts());
    assertEquals(new Parts("", "<think>x"), split(format, false, "<think>x"));
  }

  @Test
  void theListenerCanStop() {
    AnswerListener stop =
        new AnswerListener() {
          @Override
          public boolean onReasoning(String text) {
            return false;
          }

          @Override
          public boolean onAnswer(String text) {
            return true;
          }
        };
    ReasoningSplitter splitter = new ReasoningSplitter(format("<think>", BYTES), true, stop);
    assertFalse(splitter.onText("a</think>b"));
  }

  private static boolean open(String template, Tokenizer tokenizer, String user) {
    ChatFormat format = ChatFormat.ofSource(template, tokenizer, () -> 0);
    ChatRequest request = ChatRequest.of(List.of(new Message(Role.USER, user)));
    int[] prompt =
        format.encode(request.with("enable_thinking", JsonValue.of(user.equals("Think"))));
    return format.reasoning() != null && format.reasoning().openAfter(prompt, tokenizer);
  }

  @Test
  void aPromptMayBeginTheReasoning() {
    String template =
        "{{ messages[0].content }}<|a|>{% if enable_thinking %}<think>\n{% else %}<think>\n\n</think>\n\n{% endif %}";
    Tokenizer control = bpe("<|a|>", "<think>", "</think>");
    Tokenizer userDefined =
        Tokenizers.of(TestVocabularies.spm(Map.of("\u2581", 0f), true, "<|a|>", "<think>"));
    for (Tokenizer tokenizer : new Tokenizer[] {BYTES, control, userDefined}) {
      assertTrue(open(template, tokenizer, "Think"), "" + tokenizer.idOf("<think>"));
      assertFalse(open(template, tokenizer, "Do not"));
    }
    String quiet = "{# <think> #}{{ messages[0].content }}";
    assertFalse(open(quiet, control, "<think>"), "no control token is made of a message's text");
  }

  @Test
  void wellKnownTemplatesBeginReasoningOrNot() {
    assertTrue(open(ChatTemplateTest.resource("deepseek.jinja"), BYTES, "Think"));
    assertFalse(open(ChatTemplateTest.resource("qwen3.jinja"), BYTES, "Think"));
    assertFalse(open(ChatTemplateTest.resource("qwen3.jinja"), BYTES, "Do not"));
    for (String other : new String[] {"chatml", "qwen2", "llama3", "gemma", "mistral", "phi3"}) {
      String source = ChatTemplateTest.resource(other + ".jinja");
      assertNull(ReasoningFormat.detect(source, BYTES), other);
    }
  }
}
