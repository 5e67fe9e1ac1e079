package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.tokenizer.TestVocabularies;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is found out about a chat from its file. */
class ChatFormatTest {
  private static final List<Message> QUESTION = List.of(new Message(Role.USER, "Hi"));
  private static final String TURNS =
      "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }} END\n{% endfor %}";

  private static Tokenizer spm(String... userDefined) {
    return Tokenizers.of(TestVocabularies.spm(Map.of("a", 0f), false, userDefined));
  }

  private static GenerationOptions options(String template, Tokenizer tokenizer) {
    return ChatFormat.ofSource(template, tokenizer, () -> 0)
        .options(ChatRequest.of(QUESTION), 9, List.of("mine"), SamplerOptions.greedy(), false);
  }

  private static GgufFile file(Map<String, String> templates) {
    GgufWriter writer = new GgufWriter(32);
    templates.forEach(
        (key, text) -> writer.put("tokenizer.chat_template" + key, new GgufValue.Text(text)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out::write);
    return GgufReader.parse(HeapMemory.wrap(out.toByteArray()), out.size(), "tiny.gguf");
  }

  @Test
  void theTokenAfterAnAnswerEndsIt() {
    Tokenizer tokenizer = spm("<|turn_end|>", "[done]");
    for (String tag : new String[] {"<|turn_end|>", "[done]"}) {
      GenerationOptions options = options(TURNS.replace("END", tag), tokenizer);
      assertEquals(Set.of(tokenizer.idOf(tag)), options.ends());
    }
    Tokenizer control =
        Tokenizers.of(TestVocabularies.bpe("gpt-2", List.of("a b"), "<|turn_end|>"));
    assertEquals(
        Set.of(control.idOf("<|turn_end|>")),
        options(TURNS.replace("END", "<|turn_end|>"), control).ends());
  }

  @Test
  void theTextAfterAnAnswerEndsItWhereItIsNoToken() {
    GenerationOptions options = options(TURNS.replace("END", "<|turn_end|>"), spm());
    assertEquals(Set.of(), options.ends());
    assertEquals(List.of("mine", "<|im_end|>", "<|turn_end|>"), options.stops());
    List<String> known = options(TURNS.replace("END", "<|im_end|>"), spm()).stops();
    assertEquals(List.of("mine", "<|im_end|>"), known);
  }

  @ParameterizedTest
  @CsvSource({
    "chatml,<|im_end|>",
    "command-r,<|END_OF_TURN_TOKEN|>",
    "gemma,<end_of_turn>",
    "granite,<|end_of_text|>",
    "llama3,<|eot_id|>",
    "phi3,<|end|>",
    "phi4,<|end|>",
    "qwen2,<|im_end|>",
    "qwen3,<|im_end|>",
    "smollm,<|im_end|>",
    "mistral,</s>",
    "zephyr,</s>",
    "deepseek,<\uFF5Cend\u2581of\u2581sentence\uFF5C>"
  })
  void wellKnownTemplatesTellTheEndOfATurn(String name, String tag) {
    Tokenizer tokenizer = spm(tag.equals("</s>") ? new String[0] : new String[] {tag});
    GenerationOptions options = options(ChatTemplateTest.resource(name + ".jinja"), tokenizer);
    assertEquals(Set.of(tokenizer.idOf(tag)), options.ends());
  }

  @Test
  void wordsAfterAnAnswerEndNothing() {
    String[] templates = {
      TURNS.replace("END", "User:"),
      TURNS.replace("END", "< no tag"),
      TURNS.replace("END", ""),
      "{{ raise_exception('no') }}",
      "x"
    };
    for (String template : templates) {
      GenerationOptions options = options(template, spm("User:"));
      assertEquals(Set.of(), options.ends(), template);
    }
  }

  @Test
  void theSpellingsOfEndsAreKnownWhateverTheFileSays() {
    Tokenizer tokenizer = spm("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|im_start|>");
    for (String piece : new String[] {"<|im_end|>", "<|eot_id|>", "<end_of_turn>", "</s>"}) {
      assertTrue(tokenizer.isEndOfGeneration(tokenizer.idOf(piece)), piece);
    }
    assertEquals(
        false, tokenizer.isEndOfGeneration(tokenizer.idOf("<|im_start|>")), "begins a turn");
  }

  @Test
  void aFileWithoutATemplateOffersThePresets() {
    Tokenizer tokenizer = spm();
    InvalidRequestException e =
        assertThrows(
            InvalidRequestException.class,
            () -> ChatFormat.of(ChatFormat.AUTO, file(Map.of()), tokenizer, () -> 0));
    assertEquals(
        "tiny.gguf has no chat template; name one with 'template': chatml, llama2, llama3, zephyr, alpaca",
        e.getMessage());
  }

  @Test
  void anEmptyTemplateIsNone() {
    for (String empty : new String[] {"", " \n"}) {
      InvalidRequestException e =
          assertThrows(
              InvalidRequestException.class,
              () -> ChatFormat.of(ChatFormat.AUTO, file(Map.of("", empty)), spm(), () -> 0));
      assertTrue(e.getMessage().startsWith("tiny.gguf has no chat template"), e.getMessage());
    }
    ChatTemplate named =
        ChatTemplate.of(file(Map.of("", "plain", ".rag", "")).metadata(), spm(), () -> 0);
    assertEquals(Set.of("default"), named == null ? Set.of() : named.names());
  }

  @Test
  void theFilesOwnTemplatesHaveNames() {
    Tokenizer tokenizer = spm();
    GgufFile file = file(Map.of("", "plain", ".rag", "{# <think> #}documents"));
    ChatFormat rag = ChatFormat.of("rag", file, tokenizer, () -> 0);
    assertEquals("documents", tokenizer.decode(rag.encode(QUESTION), false));
    assertEquals("<think>", rag.reasoning() == null ? "" : rag.reasoning().open());
    assertTrue(rag.mentions("documents") && !rag.mentions("enable_thinking"));
    ChatFormat own = ChatFormat.of(ChatFormat.AUTO, file, tokenizer, () -> 0);
    assertSame(null, own.reasoning());
    InvalidRequestException e =
        assertThrows(
            InvalidRequestException.class, () -> ChatFormat.of("rags", file, tokenizer, () -> 0));
    assertTrue(e.getMessage().contains("chatml, llama2, llama3, zephyr, alpaca"));
    assertTrue(e.getMessage().contains("the file's: default, rag"), e.getMessage());
  }

  @Test
  void aTemplateThatIsNoneSaysSoWheneverItIsRendered() {
    ChatFormat format = ChatFormat.ofSource("a\n{% if %}", spm(), () -> 0);
    for (int time = 0; time < 2; time++) {
      ChatTemplateException e =
          assertThrows(ChatTemplateException.class, () -> format.encode(QUESTION));
      assertEquals(2, e.line());
      assertTrue(
          e.getMessage()
              .endsWith("; mend the template that was given, or leave it out for the model's own"),
          e.getMessage());
    }
    assertEquals(List.of(), format.stops());
  }
}
