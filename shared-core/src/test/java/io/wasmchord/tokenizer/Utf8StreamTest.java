package io.wasmchord.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8StreamTest {
  @Test
  void anySplitGivesTheSameTextAndNeverHalfACharacter() {
    byte[] bytes = "a\u00E9\u4E2D\uD83E\uDD99 \u00DF\uFFFD\uD83D\uDE00z".getBytes(UTF_8);
    String whole = new String(bytes, UTF_8);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second++) {
        Utf8Stream stream = new Utf8Stream();
        StringBuilder text = new StringBuilder();
        for (int[] part : new int[][] {{0, first}, {first, second}, {second, bytes.length}}) {
          text.append(stream.push(bytes, part[0], part[1] - part[0]));
          assertTrue(whole.startsWith(text.toString()));
          assertTrue(text.isEmpty() || !Character.isHighSurrogate(text.charAt(text.length() - 1)));
        }
        assertEquals(whole, text + stream.flush());
      }
    }
  }

  @Test
  void givesACharacterWithItsLastByte() {
    Utf8Stream stream = new Utf8Stream();
    assertEquals("", stream.push(new byte[] {(byte) 0xF0, (byte) 0x9F}));
    assertEquals("", stream.push(new byte[] {(byte) 0xA6}));
    assertEquals("\uD83E\uDD99", stream.push(new byte[] {(byte) 0x99}));
    assertEquals("", stream.flush());
  }

  @Test
  void replacesMalformedBytesAsTheJdkDoes() {
    for (int lead = 0; lead < 256; lead++) {
      for (int second = 0; second < 256; second++) {
        check(new byte[] {(byte) lead, (byte) second});
        for (int third :
            new int[] {
              0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xED, 0xF4, 0xFF
            }) {
          check(new byte[] {(byte) lead, (byte) second, (byte) third});
          check(new byte[] {(byte) lead, (byte) second, (byte) third, (byte) 0x80, 'a'});
          check(new byte[] {(byte) lead, (byte) second, (byte) third, 'a'});
        }
      }
    }
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      check(bytes);
    }
  }

  private static void check(byte[] bytes) {
    Utf8Stream stream = new Utf8Stream();
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(stream.push(new byte[] {b}));
    }
    text.append(stream.flush());
    if (!new String(bytes, UTF_8).contentEquals(text)) {
      assertEquals(
          new String(bytes, UTF_8), text.toString(), () -> HexFormat.of().formatHex(bytes));
    }
  }

  @Test
  void flushEndsAnIncompleteCharacterOnce() {
    Utf8Stream stream = new Utf8Stream();
    assertEquals("", stream.push(new byte[] {(byte) 0xE4, (byte) 0xB8}));
    assertEquals("\uFFFD", stream.flush());
    assertEquals("", stream.flush());
    assertEquals("a", stream.push(new byte[] {'a'}));
  }
}
