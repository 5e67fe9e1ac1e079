package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.InvalidModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RwkvTokenizerTest {
  private static final int MISSING = 3;

  /** A control token, all bytes but the first three, {@code more}, and one that is not used. */
  private static Tokenizer tokenizer(int unknown, String... more) {
    List<String> tokens = new ArrayList<>(List.of("<s>"));
    for (int b = MISSING; b < 256; b++) {
      tokens.add("\\x%02x".formatted(b));
    }
    tokens.addAll(List.of(more));
    tokens.add("[PAD9]");
    int[] types = new int[tokens.size()];
    Arrays.fill(types, 1);
    types[0] = 3;
    types[types.length - 1] = 5;
    return Tokenizers.of(
        new Vocabulary(
            "rwkv",
            "",
            tokens,
            new float[0],
            types,
            List.of(),
            new SpecialTokens(0, 0, -1, -1, unknown, -1, false, false, false),
            TextRules.NONE));
  }

  private static String encode(Tokenizer t, String text) {
    return TestVocabularies.pieces(t, t.encode(text, false, false));
  }

  @Test
  void takesTheLongestTokenAtEachPlace() {
    Tokenizer t = tokenizer(-1, "ab", "abcd", "bc", "cde");
    assertEquals("abcd|\\x65", encode(t, "abcde"));
    assertEquals("ab|\\x63", encode(t, "abc"));
    assertEquals("\\x61|ab|\\x63", encode(t, "aabc"));
  }

  @Test
  void readsWhatPythonWrites() {
    Tokenizer t =
        tokenizer(-1, "\\n\\n", "\\t\\r", "\\\\\\\\", "\\'\"", "\u00E9a", "\\xe4\\xB8", "\\xad!");
    assertEquals("\\n\\n|\\t\\r|\\\\\\\\|\\'\"", encode(t, "\n\n\t\r\\\\'\""));
    assertEquals("\u00E9a", encode(t, "\u00E9a"));
    int[] ids = t.encode("\u4E2D!", false, false);
    assertEquals("\\xe4\\xB8|\\xad!", TestVocabularies.pieces(t, ids));
    assertArrayEquals(new byte[] {(byte) 0xE4, (byte) 0xB8}, t.bytes(ids[0], false));
    Utf8Stream stream = new Utf8Stream();
    assertEquals("", stream.push(t.bytes(ids[0], false)));
    assertEquals("\u4E2D!", stream.push(t.bytes(ids[1], false)));
  }

  @Test
  void plainTextIsNoControlTokenAndNoneThatIsNotUsed() {
    Tokenizer t = tokenizer(-1);
    for (String text : List.of("<s>", "[PAD9]")) {
      assertEquals(text.length(), t.encode(text, false, false).length);
      assertEquals(text, t.decode(t.encode(text, false, false), false));
    }
    assertArrayEquals(new int[] {0}, t.encode("<s>", false, true));
    assertTrue(t.isEndOfGeneration(0));
  }

  @Test
  void bytesWithoutTokensAreUnknownOrNothing() {
    assertEquals("\\x61|\\x62", encode(tokenizer(-1), "a\u0001b"));
    assertEquals("\\x61|<s>|\\x62", encode(tokenizer(0), "a\u0001b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\", "a\\x", "\\x4", "\\x4g", "\\xx41"})
  void refusesWhatPythonDoesNotWrite(String token) {
    String message =
        String.valueOf(
            assertThrows(InvalidModelException.class, () -> tokenizer(-1, token)).getMessage());
    assertTrue(message.contains(token) && message.contains("tokenizer.ggml.tokens"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "ab", "\u4E2D", "\uD83D\uDE00", " ", "aaaaaaab"})
  void longTextComesBack(String unit) {
    Tokenizer t = tokenizer(-1, "a".repeat(1000), "ab", "aab");
    String text = unit.repeat(300_000 / unit.length());
    assertEquals(text, t.decode(t.encode(text, false, false), false));
  }
}
