package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8StreamTest {
  @Test
  void neverEmitsHalfACharacter() {
    byte[] bytes = "aé€😀ﷺ\u0301 z".getBytes(StandardCharsets.UTF_8);
    for (int cut = 0; cut <= bytes.length; cut++) {
      Utf8Stream stream = new Utf8Stream();
      String first = stream.push(Arrays.copyOf(bytes, cut));
      assertFalse(first.contains("\uFFFD"), first);
      String rest = stream.push(Arrays.copyOfRange(bytes, cut, bytes.length));
      assertEquals("aé€😀ﷺ\u0301 z", first + rest + stream.flush());
    }
  }

  @Test
  void malformedBytesAreReplacedAndTheRestSurvives() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      Utf8Stream stream = new Utf8Stream();
      StringBuilder text = new StringBuilder();
      for (byte b : bytes) {
        text.append(stream.push(new byte[] {b}));
      }
      text.append(stream.flush());
      // how many U+FFFD stand for a malformed run is not agreed on between decoders
      String whole = new String(bytes, StandardCharsets.UTF_8);
      assertEquals(whole.replace("\uFFFD", ""), text.toString().replace("\uFFFD", ""));
      assertEquals(whole.contains("\uFFFD"), text.toString().contains("\uFFFD"));
    }
  }
}
