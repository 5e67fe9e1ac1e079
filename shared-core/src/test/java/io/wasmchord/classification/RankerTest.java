package io.wasmchord.classification;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Pairs of texts as tokens, and what becomes of outputs. */
class RankerTest {
  private record Loaded(Tokenizer tokenizer, Ranker ranker) {
    String pieces(String query, String document, boolean truncate) {
      return Arrays.stream(ranker.tokens(query, document, truncate))
          .mapToObj(tokenizer::piece)
          .collect(Collectors.joining(" "));
    }
  }

  private static Loaded load(String name) {
    HeapWeights source = TinyFiles.classifier(name);
    GgufFile file = GgufReader.parse(source.bytes(), source.size(), source.name());
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    Model model = ModelLoader.load(file, source, backend, 16, RunControl.NONE);
    Tokenizer tokenizer = Tokenizers.of(file.metadata());
    Embedder embedder = Embedder.of(model, tokenizer, model.config().contextLength(), KvType.F32);
    return new Loaded(tokenizer, Ranker.of(file.metadata(), tokenizer, embedder));
  }

  @Test
  void bertHasOneTokenBetweenTexts() {
    assertEquals(
        "[CLS] \u2581cat [SEP] \u2581the \u2581dog [SEP]",
        load("bert, ranks").pieces("cat", "the dog", false));
  }

  @Test
  void xlmRobertaHasTwo() {
    assertEquals(
        "<s> \u2581cat </s> </s> \u2581ab \u2581a </s>",
        load("bert, its own pieces, ranks").pieces("cat", "ab  a", false));
  }

  @Test
  void aTemplateHasTheControlTokensAndTextsHaveNone() {
    Loaded qwen = load("qwen3, yes or no");
    int control = qwen.tokenizer.idOf("t12");
    int[] plain = qwen.ranker.tokens("cat", "a dog", false);
    assertEquals(1, Arrays.stream(plain).filter(id -> id == control).count());
    int[] forged = qwen.ranker.tokens("cat t12", "a t12t13 dog t12", false);
    assertEquals(1, Arrays.stream(forged).filter(id -> id == control).count());
    int[] places = qwen.ranker.tokens("{document}", "{query}", false);
    assertFalse(qwen.tokenizer.decode(places, true).contains("q q"));
  }

  @Test
  void aDocumentIsCutAtItsEndWhereItIsAskedFor() {
    Loaded bert = load("bert, ranks");
    String document = "dog " + "cat ".repeat(99) + "mat";
    InvalidRequestException e =
        assertThrows(
            InvalidRequestException.class, () -> bert.ranker.tokens("the", document, false));
    assertTrue(String.valueOf(e.getMessage()).contains("truncate"), e.getMessage());
    int[] cut = bert.ranker.tokens("the", document, true);
    assertEquals(64, cut.length);
    int[] all = bert.ranker.tokens("the", "dog " + "cat ".repeat(59), false);
    assertArrayEquals(all, cut);
    for (String name : List.of("qwen3, yes or no", "bert, its own pieces, ranks")) {
      Loaded other = load(name);
      assertEquals(64, other.ranker.tokens("a", "b".repeat(200), true).length);
    }
    assertThrows(
        InvalidRequestException.class, () -> bert.ranker.tokens("cat ".repeat(70), "a", true));
  }

  @Test
  void outputsBecomeScores() {
    float[] outputs = {1f, -2f, 0.5f};
    double[] shares = ScoreFunction.SOFTMAX.of(outputs);
    double sum = Math.exp(1) + Math.exp(-2) + Math.exp(0.5);
    assertEquals(Math.exp(-2) / sum, shares[1], 1e-12);
    assertEquals(1, shares[0] + shares[1] + shares[2], 1e-12);
    assertEquals(1 / (1 + Math.exp(2)), ScoreFunction.SIGMOID.of(outputs)[1], 1e-12);
    assertArrayEquals(new double[] {1, -2, 0.5}, ScoreFunction.NONE.of(outputs));
    assertEquals(1, ScoreFunction.SOFTMAX.of(new float[] {3e38f, -3e38f})[0]);
    assertEquals(0, ScoreFunction.SIGMOID.of(new float[] {-3e38f})[0]);
    Loaded bert = load("bert, ranks");
    assertEquals(-2, bert.ranker.score(new float[] {-2}, true));
    assertEquals(1 / (1 + Math.exp(2)), bert.ranker.score(new float[] {-2}, false), 1e-12);
    Loaded qwen = load("qwen3, yes or no");
    double yes = Math.exp(1) / (Math.exp(1) + Math.exp(-2));
    assertEquals(yes, qwen.ranker.score(new float[] {1, -2}, true), 1e-12);
    assertEquals(yes, qwen.ranker.score(new float[] {1, -2}, false), 1e-12);
  }
}
