package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.InvalidModelException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CharacterMapTest {
  private static final Map<String, String> REPLACED = new LinkedHashMap<>();

  static {
    REPLACED.put("\uFB01", "fi");
    REPLACED.put("\uFF21", "A");
    REPLACED.put("\t", " ");
    REPLACED.put("\u00AD", "");
    REPLACED.put("e\u0301", "\u00E9");
    REPLACED.put("e\u0301\u0323", "\u1EB9\u0301");
    REPLACED.put("\uD83E\uDD99", "llama");
    REPLACED.put("\uFDFA", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647");
  }

  private final int[] bytes = DoubleArray.of(REPLACED);
  private final CharacterMap map = CharacterMap.of(bytes);

  @Test
  void replacesTheLongestKeyAtEachPlace() {
    assertEquals("fi A\u1EB9\u0301\u00E9e", map.apply("\uFB01\t\uFF21\u00ADe\u0301\u0323e\u0301e"));
    assertEquals("", map.apply(""));
    assertEquals("a\u0000b", CharacterMap.NONE.apply("a\u0000b"));
    assertEquals("\u0000", map.apply("\u0000"));
  }

  @Test
  void doesWhatAPlainLoopDoes() {
    Random random = new Random(3);
    String[] parts = {
      "e", "\u0301", "\u0323", "\uFB01", "\uFB02", "\t", "\u00AD", "\uD83E\uDD99", "a"
    };
    for (int i = 0; i < 5000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      assertEquals(plain(text.toString()), map.apply(text.toString()));
    }
  }

  private static String plain(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      String longest = "";
      for (String key : REPLACED.keySet()) {
        longest = text.startsWith(key, i) && key.length() > longest.length() ? key : longest;
      }
      out.append(longest.isEmpty() ? text.substring(i, i + 1) : REPLACED.get(longest));
      i += Math.max(1, longest.length());
    }
    return out.toString();
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    assertThrows(InvalidModelException.class, () -> CharacterMap.of(new int[] {1, 0, 0}));
    assertThrows(InvalidModelException.class, () -> CharacterMap.of(new int[] {4, 0, 0, 0, 1, 1}));
    assertThrows(InvalidModelException.class, () -> CharacterMap.of(new int[] {-1, -1, -1, -1, 0}));
    int[] open = Arrays.copyOf(bytes, bytes.length - 1);
    assertThrows(InvalidModelException.class, () -> CharacterMap.of(open));
    int[] long65 = Arrays.copyOf(bytes, bytes.length + 66);
    Arrays.fill(long65, bytes.length, bytes.length + 65, 'x');
    assertThrows(InvalidModelException.class, () -> CharacterMap.of(long65));
  }

  /** Every file either works or is refused by name, whatever its bits. */
  @Test
  void brokenMapsAreRefusedOrWork() {
    Random random = new Random(8);
    RandomText texts = new RandomText(2);
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      int[] broken = bytes.clone();
      for (int n = 1 + random.nextInt(200); n > 0; n--) {
        broken[random.nextInt(broken.length)] = random.nextInt(256);
      }
      String text = RandomText.repaired(texts.next(30)) + "e\u0301\u0323\uFB01\t\uFF21";
      try {
        CharacterMap.of(broken).apply(text);
      } catch (InvalidModelException e) {
        refused++;
        assertTrue(String.valueOf(e.getMessage()).contains(CharacterMap.KEY));
      }
    }
    assertTrue(refused > 100, refused + " were refused");
  }

  @Test
  void workIsBoundedWhereTheTrieGoesInCircles() {
    int[] circle = new int[4 + 4 * 256 + 1];
    circle[1] = 4; // 1024 bytes of units
    for (int i = 0; i < 256; i++) {
      circle[4 + 4 * i] = 'a'; // every unit is a child by 'a', and leads where it stands
    }
    String text = "a".repeat(1 << 20);
    assertEquals(text, CharacterMap.of(circle).apply(text));
  }
}
