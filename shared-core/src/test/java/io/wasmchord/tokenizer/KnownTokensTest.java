package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KnownTokensTest {
  private static TokenType type(String piece, TokenType declared, String... others) {
    return KnownTokens.type(piece, declared, List.of(others)::contains);
  }

  @Test
  void theEndOfAMessageIsToBeSeenWhereTurnsEndOtherwise() {
    assertEquals(TokenType.CONTROL, type("<|end|>", TokenType.NORMAL));
    assertEquals(TokenType.CONTROL, type("<|end|>", TokenType.NORMAL, "<|call|>"));
    for (String call : List.of("<|call|>", "<|calls|>")) {
      for (String end : List.of("<|return|>", "<|flush|>")) {
        assertEquals(TokenType.USER_DEFINED, type("<|end|>", TokenType.CONTROL, call, end));
        assertTrue(KnownTokens.neverEnds("<|end|>", List.of(call, end)::contains));
      }
    }
  }

  @Test
  void theEndOfOtherModelsIsTextWhereToolsAnswer() {
    assertEquals(TokenType.CONTROL, type("</s>", TokenType.NORMAL));
    assertEquals(TokenType.NORMAL, type("</s>", TokenType.CONTROL, "<|tool_response>"));
  }

  @Test
  void channelsAreToBeSeen() {
    for (String piece : List.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>")) {
      assertEquals(TokenType.USER_DEFINED, type(piece, TokenType.CONTROL));
      assertFalse(KnownTokens.ends(piece, other -> true));
    }
  }

  @Test
  void whatIsAroundThePlaceToFillInIsControl() {
    for (String piece :
        List.of("<|fim_prefix|>", "<fim_suffix>", "\u2581<MID>", "<|code_prefix|>")) {
      assertEquals(TokenType.CONTROL, type(piece, TokenType.USER_DEFINED));
    }
    assertEquals(TokenType.NORMAL, type("<fim>", TokenType.NORMAL));
  }

  @Test
  void aRoleInTheFileDoesNotMakeAMessagesEndTheTurns() {
    Map<String, GgufValue> values = new LinkedHashMap<>(SmallVocabularies.all().get("harmony"));
    Tokenizer t = Tokenizers.of(VocabularyMutations.metadata(values));
    values.put("eot_token_id", new GgufValue.Int(GgufType.UINT32, t.idOf("<|end|>")));
    Tokenizer other = Tokenizers.of(VocabularyMutations.metadata(values));
    assertFalse(other.isEndOfGeneration(other.idOf("<|end|>")));
    assertTrue(other.isEndOfGeneration(other.idOf("<|return|>")));
    assertTrue(other.isEndOfGeneration(other.idOf("<|call|>")));
  }
}
