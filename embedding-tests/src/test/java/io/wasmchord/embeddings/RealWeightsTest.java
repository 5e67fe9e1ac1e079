package io.wasmchord.embeddings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wasmchord.backend.KvType;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.tokenizer.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real embedding models, converted to GGUF in F32, against ONNX Runtime's vectors and Hugging
 * Face's token ids.
 */
class RealWeightsTest {
  private static final int LONGEST = 512;
  private static final int SEPARATOR = 102;
  private static final double COSINE = 0.99999;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EmbeddingOptions CUT = new EmbeddingOptions(null, true, true);

  @TempDir private static Path folder;

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    try (InputStream in = RealWeightsTest.class.getResourceAsStream("/texts.json")) {
      JSON.readTree(in).forEach(text -> texts.add(text.textValue()));
    }
    texts.addAll(
        List.of(
            "query: how many people live in Berlin?",
            "passage: Berlin has about 3.9 million inhabitants.",
            "Represent this sentence for searching relevant passages: winter tyres",
            "tab\tand\u000Bvertical\fform\u0085next",
            "line\u2028paragraph\u2029end",
            "control\u0001\u001F\u007F\u009Fs",
            "zero\u200Bwidth\u200D\uFEFFs soft\u00ADhyphen",
            "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 family",
            "flags \uD83C\uDDE9\uD83C\uDDEA and skin \uD83D\uDC4B\uD83C\uDFFD",
            "\u65E5\u672C\u8A9E\u306E\u30C6\u30AD\u30B9\u30C8\u3068\u6F22\u5B57",
            "\uD55C\uAD6D\uC5B4 \uBB38\uC7A5\uC785\uB2C8\uB2E4",
            "\u1112\u1161\u11AB decomposed",
            "\u0420\u0443\u0441\u0441\u043A\u0438\u0439 \u0442\u0435\u043A\u0441\u0442 \u0451",
            "\u0395\u03BB\u03BB\u03B7\u03BD\u03B9\u03BA\u03AC \u03A3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2",
            "\u0627\u0644\u0644\u063A\u0629 \u0627\u0644\u0639\u0631\u0628\u064A\u0629 \u0645\u064F\u0634\u064E\u0643\u0651\u0644",
            "\u05E2\u05D1\u05E8\u05D9\u05EA",
            "\u0939\u093F\u0928\u094D\u0926\u0940 \u0935\u093E\u0915\u094D\u092F",
            "\u0E20\u0E32\u0E29\u0E32\u0E44\u0E17\u0E22",
            "\uFF26\uFF55\uFF4C\uFF4C width \uFF0C \u3002",
            "1,234.56 \u20AC + 7\u00BD \u2260 \u221E \u2122",
            "e\u0301\u0323 \u1EC7 \u00C5 \u212B",
            "\uD835\uDD04 mathematical \uD835\uDFD8",
            "\uE000 private \uFFFD replacement",
            "it's \"quoted\" \u2018so\u2019 \u2014 dash\u2026",
            "https://example.org/a_b?c=d&e=f#g",
            "int main(void) { return 0; }",
            "supercalifragilisticexpialidocious antidisestablishmentarianism",
            "x".repeat(100) + " " + "x".repeat(101),
            "\uDC00 lone \uD800",
            "the quick brown fox jumps over the lazy dog. ".repeat(4),
            "word ".repeat(510),
            "caf\u00E9 na\u00EFve ".repeat(400)));
    return texts;
  }

  /** What the model is given: at most {@link #LONGEST} tokens, with the separator at the end. */
  private static int[] cut(int[] ids) {
    if (ids.length <= LONGEST) {
      return ids;
    }
    int[] cut = Arrays.copyOf(ids, LONGEST);
    cut[LONGEST - 1] = SEPARATOR;
    return cut;
  }

  private static int[] ints(long[] ids) {
    return Arrays.stream(ids).mapToInt(id -> (int) id).toArray();
  }

  private Path written(Bert bert, boolean since2025) throws IOException {
    Path path = folder.resolve(bert + (since2025 ? "-new" : "-old") + ".gguf");
    if (Files.exists(path)) {
      return path;
    }
    bert.write(since2025, path);
    return path;
  }

  private static HuggingFaceTokenizer huggingFace(Bert bert) throws IOException {
    return HuggingFaceTokenizer.newInstance(
        new ByteArrayInputStream(bert.tokenizer()),
        Map.of("padding", "false", "truncation", "false"));
  }

  @ParameterizedTest
  @EnumSource
  void vectorsAreThoseOfOnnxRuntimeAndIdsHuggingFaces(Bert bert) throws Exception {
    List<String> texts = texts();
    assertTrue(texts.size() >= 60);
    try (HuggingFaceTokenizer theirs = huggingFace(bert);
        OnnxModel onnx = new OnnxModel(bert.weights(), 1);
        LoadedModel ours = LoadedModel.builder(written(bert, true)).threads(2).load()) {
      Embedder embedder = Embedder.of(ours.model(), ours.tokenizer(), LONGEST, KvType.F32);
      for (String text : texts) {
        String shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
        String whole = text.replaceAll("[\\ud800-\\udbff](?![\\udc00-\\udfff])", "\uFFFD");
        whole = whole.replaceAll("(?<![\\ud800-\\udbff])[\\udc00-\\udfff]", "\uFFFD");
        assertArrayEquals(
            ints(theirs.encode(whole).getIds()), ours.tokenizer().encode(text, true, true), shown);
        int[] ids = cut(ours.tokenizer().encode(text, true, false));
        double cosine =
            cosine(
                onnx.vector(ids, bert.cls()), embedder.embed(text, CUT, RunControl.NONE).vector());
        assertTrue(cosine >= COSINE, () -> shown + ": cosine " + cosine);
      }
    }
  }

  /** Of two vectors of length 1. */
  private static double cosine(double[] a, float[] b) {
    assertEquals(a.length, b.length);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource
  void filesOfBothAgesGiveTheSame(Bert bert) throws Exception {
    try (LoadedModel before = LoadedModel.builder(written(bert, false)).threads(1).load();
        LoadedModel since = LoadedModel.builder(written(bert, true)).threads(1).load()) {
      for (String text : texts()) {
        int[] ids = since.tokenizer().encode(text, true, false);
        assertEquals(SEPARATOR, ids[ids.length - 1]);
        assertArrayEquals(ids, before.tokenizer().encode(text, true, false));
      }
      assertArrayEquals(vector(before, "the rain"), vector(since, "the rain"), 0f);
    }
  }

  private static float[] vector(LoadedModel model, String text) {
    return Embedder.of(model.model(), model.tokenizer(), LONGEST, KvType.F32)
        .embed(text, CUT, RunControl.NONE)
        .vector();
  }

  /**
   * Their tables are of an older Unicode: some marks, signs and format characters that have come or
   * changed since are others there.
   */
  @ParameterizedTest
  @EnumSource(names = "MINILM")
  void everyCharacterIsCutAsByHuggingFace(Bert bert) throws Exception {
    List<Integer> others = new ArrayList<>();
    try (HuggingFaceTokenizer theirs = huggingFace(bert);
        LoadedModel loaded = LoadedModel.builder(written(bert, true)).threads(1).load()) {
      Tokenizer ours = loaded.tokenizer();
      for (int from = 0; from <= Character.MAX_CODE_POINT; from += 128) {
        if (!equal(ours, theirs, from, from + 128)) {
          for (int c = from; c < from + 128; c++) {
            if (!equal(ours, theirs, c, c + 1)) {
              others.add(c);
            }
          }
        }
      }
    }
    assertTrue(others.size() < 700, others.size() + " characters");
    for (int c : others) {
      boolean mayDiffer =
          switch (Character.getType(c)) {
            case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER -> false;
            case Character.OTHER_LETTER, Character.MODIFIER_LETTER -> false;
            case Character.DECIMAL_DIGIT_NUMBER, Character.CONTROL -> false;
            case Character.SPACE_SEPARATOR, Character.PRIVATE_USE -> false;
            default -> c > 0x600;
          };
      assertTrue(mayDiffer, () -> "U+" + Integer.toHexString(c));
    }
  }

  private static boolean equal(Tokenizer ours, HuggingFaceTokenizer theirs, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int c = from; c < to; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        text.append('a').appendCodePoint(c).append("b ");
      }
    }
    return Arrays.equals(
        ints(theirs.encode(text.toString()).getIds()), ours.encode(text.toString(), true, false));
  }
}
