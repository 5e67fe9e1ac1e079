package io.wasmchord.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.EmbeddingOnlyException;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.config.Pooling;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From texts to vectors, with an encoder and a decoder. */
class EmbedderTest {
  private final ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  private final Loaded bert = new Loaded(TinyFiles.encoder("bert"));
  private final Loaded qwen = new Loaded(TinyFiles.file("qwen3"));

  private final class Loaded {
    final Model model;
    final Tokenizer tokenizer;
    final Embedder embedder;

    Loaded(HeapWeights source) {
      GgufFile file = GgufReader.parse(source.bytes(), source.size(), source.name());
      model = ModelLoader.load(file, source, backend, 5, RunControl.NONE);
      tokenizer = Tokenizers.of(file.metadata());
      embedder = Embedder.of(model, tokenizer, model.config().contextLength(), KvType.F32);
    }

    TextEmbedding embed(String text, EmbeddingOptions options) {
      return embedder.embed(text, options, RunControl.NONE);
    }

    /** Hidden states, straight from the model. */
    float[][] hidden(String text) {
      int[] ids = tokenizer.encode(text, true, false);
      KvCache cache = model.newCache(ids.length, KvType.F32);
      Encoding encoding = model.encode(ids, cache);
      while (encoding.step()) {}
      float[] all = encoding.rows();
      float[][] rows = new float[ids.length][];
      int size = all.length / ids.length;
      for (int t = 0; t < rows.length; t++) {
        rows[t] = Arrays.copyOfRange(all, t * size, (t + 1) * size);
      }
      return rows;
    }
  }

  private static EmbeddingOptions raw(Pooling pooling) {
    return new EmbeddingOptions(pooling, false, false);
  }

  @Test
  void wordPiecesGoThroughTheModel() {
    int[] ids = bert.tokenizer.encode("The cats sat, running!", true, false);
    List<String> pieces = Arrays.stream(ids).mapToObj(bert.tokenizer::piece).toList();
    assertEquals(
        "[CLS] \u2581the \u2581cat s \u2581sat \u2581, \u2581run ning \u2581! [SEP]",
        String.join(" ", pieces));
    TextEmbedding e = bert.embed("The cats sat, running!", EmbeddingOptions.DEFAULT);
    assertEquals(ids.length, e.tokens());
    assertEquals(32, e.vector().length);
    assertArrayEquals(
        e.vector(), bert.embed("the CATS sat , running !", EmbeddingOptions.DEFAULT).vector(), 0f);
  }

  @Test
  void poolingIsTheFilesOrTheCallers() {
    String text = TinyFiles.text(9);
    for (Loaded loaded : List.of(bert, qwen)) {
      float[][] hidden = loaded.hidden(text);
      int n = hidden.length;
      assertEquals(loaded == bert ? 11 : n, n);
      assertArrayEquals(hidden[0], loaded.embed(text, raw(Pooling.CLS)).vector(), 0f);
      assertArrayEquals(hidden[n - 1], loaded.embed(text, raw(Pooling.LAST)).vector(), 0f);
      float[] mean = loaded.embed(text, raw(Pooling.MEAN)).vector();
      double sum = 0;
      for (float[] row : hidden) {
        sum += row[3];
      }
      assertEquals((float) (sum / n), mean[3]);
      Pooling own = loaded == bert ? Pooling.MEAN : Pooling.LAST;
      assertArrayEquals(
          loaded.embed(text, raw(own)).vector(), loaded.embed(text, raw(null)).vector(), 0f);
      TextEmbedding each = loaded.embed(text, raw(Pooling.NONE));
      assertEquals(n, each.vectors().size());
      assertArrayEquals(hidden[n - 1], each.vectors().get(n - 1), 0f);
      assertThrows(InvalidRequestException.class, each::vector);
    }
  }

  @Test
  void vectorsHaveLengthOneUnlessTheCallerWantsThemAsTheyAre() {
    float[] raw = bert.embed("the cat", raw(null)).vector();
    float[] unit = bert.embed("the cat", EmbeddingOptions.DEFAULT).vector();
    double length = 0;
    for (float v : raw) {
      length += (double) v * v;
    }
    assertEquals((float) (raw[5] / Math.sqrt(length)), unit[5]);
    assertEquals(1, Vectors.cosine(raw, unit), 1e-6);
    assertEquals(0, Vectors.cosine(raw, new float[raw.length]));
    float[] zeros = new float[4];
    Vectors.finish(zeros, true);
    assertArrayEquals(new float[4], zeros);
    assertThrows(
        GenerationException.class, () -> Vectors.finish(new float[] {1, Float.NaN}, false));
    assertThrows(
        GenerationException.class,
        () -> Vectors.finish(new float[] {Float.POSITIVE_INFINITY}, true));
  }

  @Test
  void aLongTextIsRefusedOrCut() {
    String exact = TinyFiles.text(62);
    assertEquals(64, bert.embed(exact, EmbeddingOptions.DEFAULT).tokens());
    String message =
        String.valueOf(
            assertThrows(
                    InvalidRequestException.class,
                    () -> bert.embed(TinyFiles.text(63), EmbeddingOptions.DEFAULT))
                .getMessage());
    assertTrue(message.contains("65 tokens") && message.contains("64"), message);
    EmbeddingOptions cutting = new EmbeddingOptions(null, true, true);
    TextEmbedding cut = bert.embed(TinyFiles.text(200), cutting);
    assertEquals(64, cut.tokens());
    assertArrayEquals(bert.embed(exact, cutting).vector(), cut.vector(), 0f); // the end is kept
  }

  @Test
  void aTextWithoutTokensIsRefusedWhereTheModelAddsNone() {
    assertEquals(2, bert.embed("", EmbeddingOptions.DEFAULT).tokens());
    if (qwen.tokenizer.encode("", true, false).length == 0) {
      assertThrows(InvalidRequestException.class, () -> qwen.embed("", EmbeddingOptions.DEFAULT));
    }
    assertThrows(
        InvalidRequestException.class,
        () -> Embedder.of(bert.model, bert.tokenizer, 65, KvType.F32));
  }

  @Test
  void tokensGiveWhatTheirTextGives() {
    int[] ids = bert.tokenizer.encode("the cat", true, false);
    try (EmbeddingRun run = bert.embedder.start(ids, EmbeddingOptions.DEFAULT)) {
      while (run.step()) {
        // until it is whole
      }
      assertArrayEquals(
          bert.embed("the cat", EmbeddingOptions.DEFAULT).vector(), run.result().vector());
    }
    int[] wrong = {ids[0], bert.model.config().vocabulary()};
    InvalidRequestException e =
        assertThrows(
            InvalidRequestException.class,
            () -> bert.embedder.start(wrong, EmbeddingOptions.DEFAULT));
    assertTrue(e.getMessage().startsWith("there is no token " + wrong[1]), e.getMessage());
  }

  @Test
  void aCancelledRunGivesItsMemoryBack() {
    long before = backend.allocatedBytes();
    RunControl never =
        new RunControl() {
          @Override
          public boolean cancelled() {
            return true;
          }
        };
    assertThrows(
        CancelledException.class,
        () -> bert.embedder.embed("the cat", EmbeddingOptions.DEFAULT, never));
    bert.embed("the cat", EmbeddingOptions.DEFAULT);
    assertEquals(before, backend.allocatedBytes());
  }

  @Test
  void aSessionLendsItsCacheAndForgetsTheConversation() {
    assertThrows(
        EmbeddingOnlyException.class,
        () -> new Session(bert.model, bert.tokenizer, 32, Clock.system()));
    try (Session session = new Session(qwen.model, qwen.tokenizer, 60, Clock.system())) {
      GenerationOptions two = new GenerationOptions(2, List.of(), SamplerOptions.greedy());
      int[] prompt = {1, 5, 6, 7};
      int[] first = session.generate(prompt, two, text -> true, RunControl.NONE).tokens();
      long before = backend.allocatedBytes();
      Embedder embedder = Embedder.over(session, qwen.model, qwen.tokenizer);
      String text = TinyFiles.text(6);
      float[] vector = embedder.embed(text, EmbeddingOptions.DEFAULT, RunControl.NONE).vector();
      assertArrayEquals(qwen.embed(text, EmbeddingOptions.DEFAULT).vector(), vector, 0f);
      assertEquals(before, backend.allocatedBytes());
      var again = session.generate(prompt, two, piece -> true, RunControl.NONE);
      assertEquals(0, again.cachedTokens());
      assertArrayEquals(first, again.tokens());
    }
    assertNull(EmbeddingOptions.DEFAULT.pooling());
  }
}
