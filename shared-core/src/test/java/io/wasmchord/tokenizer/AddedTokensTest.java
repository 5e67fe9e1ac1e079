package io.wasmchord.tokenizer;

import static io.wasmchord.tokenizer.TestVocabularies.pieces;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddedTokensTest {
  private static Tokenizer tokenizer(Stripping stripping, String... control) {
    Vocabulary v = TestVocabularies.bpe("gpt-2", List.of("a b"), control);
    return Tokenizers.of(
        new Vocabulary(
            v.model(),
            v.pre(),
            v.tokens(),
            v.scores(),
            v.types(),
            v.merges(),
            v.special(),
            new TextRules(false, false, false, stripping)));
  }

  @Test
  void phi3sTokensTakeTheWhiteSpaceAfterThem() {
    Tokenizer t = tokenizer(Stripping.PHI3, "<|user|>", "<|end|>", "<|endoftext|>");
    String text = "<|user|>\nab <|end|> \t\n<|endoftext|> <|user|>\u00A0";
    assertEquals(
        "<|user|>|ab|\u0120|<|end|>|<|endoftext|>|\u0120|<|user|>|\u00C2|\u0142",
        pieces(t, t.encode(text, false, true)));
  }

  @Test
  void withoutARuleWhiteSpaceStays() {
    Tokenizer t = tokenizer(Stripping.NONE, "<|user|>");
    assertEquals("\u0120|<|user|>|\u010A", pieces(t, t.encode(" <|user|>\n", false, true)));
  }

  @ParameterizedTest
  @CsvSource({
    "Phi-3 Mini 4k Instruct, phi3, '', PHI3",
    "Phi3, phi3, '', PHI3",
    "Llama, llama, llama-bpe, NONE",
    "'', bert, jina-v2-code, MASK",
    "'', nomic-bert-moe, '', MASK",
    "modern-bert, modern-bert, '', MASK",
    "'', '', '', NONE"
  })
  void goesByTheNamesOfModels(String name, String architecture, String pre, Stripping expected) {
    assertEquals(expected, Stripping.of(name, architecture, pre));
  }

  @Test
  void aMessagesEndIsNotTheTurnsEndWhereCallsAndReturnsAre() {
    Tokenizer harmony = tokenizer(Stripping.NONE, "<|end|>", "<|return|>", "<|call|>");
    assertFalse(harmony.isEndOfGeneration(harmony.idOf("<|end|>")));
    assertTrue(harmony.isEndOfGeneration(harmony.idOf("<|return|>")));
    assertTrue(harmony.isEndOfGeneration(harmony.idOf("<|call|>")));
    Tokenizer phi = tokenizer(Stripping.NONE, "<|end|>");
    assertTrue(phi.isEndOfGeneration(phi.idOf("<|end|>")));
    Tokenizer tools = tokenizer(Stripping.NONE, "</s>", "<|tool_response>");
    assertFalse(tools.isEndOfGeneration(tools.idOf("</s>")));
  }
}
