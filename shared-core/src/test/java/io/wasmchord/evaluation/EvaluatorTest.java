package io.wasmchord.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.ReferenceData;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Perplexity and differences, beside llama.cpp's own program for them, as of npm's node-llama-cpp
 * 3.22.1 (CPU, float32 KV cache, no flash attention), over stories260K and {@code story.txt}.
 */
class EvaluatorTest {
  private static final Evaluator.Progress QUIET = (windows, soFar) -> {};

  private record Loaded(Model model, Tokenizer tokenizer) {
    Evaluator evaluator() {
      return new Evaluator(model, tokenizer, KvType.F32);
    }
  }

  private static Loaded load(String type, int batch) {
    HeapWeights weights = HeapWeights.read(ReferenceData.models("stories260K-" + type + ".gguf"));
    GgufFile file = GgufReader.parse(weights.bytes(), weights.size(), weights.name());
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    return new Loaded(
        ModelLoader.load(file, weights, backend, batch, RunControl.NONE),
        Tokenizers.of(file.metadata()));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = EvaluatorTest.class.getResourceAsStream("/evaluation/" + name)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private static String story() throws IOException {
    return new String(resource("story.txt"), StandardCharsets.UTF_8);
  }

  private static Windows.Options halves(int context, int most) {
    return new Windows.Options(context, 0, most);
  }

  @Test
  void perplexityIsLlamaCpps() throws IOException {
    Evaluator evaluator = load("f32", 32).evaluator();
    List<Double> soFar = new ArrayList<>();
    Perplexity all =
        evaluator.perplexity(
            evaluator.windows(story(), halves(64, 0)),
            (windows, perplexity) -> soFar.add(perplexity.value()),
            RunControl.NONE);
    assertEquals(4.0831, all.value(), 2e-4);
    assertEquals(0.62517, all.error(), 1e-4);
    assertEquals(3 * 31, all.tokens());
    assertEquals(3, soFar.size());
    assertEquals(3.0703, soFar.get(0), 2e-4);
    assertEquals(3.7108, soFar.get(1), 2e-4);
  }

  @Test
  void aStrideIsThePlainFormulaAndBatchesChangeNothing() throws IOException {
    Loaded loaded = load("f32", 32);
    Evaluator evaluator = loaded.evaluator();
    Windows windows = evaluator.windows(story(), new Windows.Options(24, 5, 3));
    assertEquals(3, windows.count());
    int[] tokens = loaded.tokenizer.encode(story(), true, false);
    double sum = 0;
    for (int w = 0; w < 3; w++) {
      int[] window = Arrays.copyOfRange(tokens, 5 * w, 5 * w + 24);
      window[0] = loaded.tokenizer.bos();
      float[][] rows = new float[24][512];
      GreedyLogits.compute(
          loaded.model,
          window,
          0,
          (position, logits) -> {
            for (int i = 0; i < logits.length; i++) {
              rows[position + i / 512][i % 512] = logits[i];
            }
          });
      for (int at = 18; at < 23; at++) {
        double total = 0;
        for (float logit : rows[at]) {
          total += Math.exp(logit);
        }
        sum += Math.log(total) - rows[at][window[at + 1]];
      }
    }
    Perplexity all = evaluator.perplexity(windows, QUIET, RunControl.NONE);
    assertEquals(15, all.tokens());
    assertEquals(Math.exp(sum / 15), all.value(), 1e-9);
    assertEquals(all, load("f32", 3).evaluator().perplexity(windows, QUIET, RunControl.NONE));
  }

  @Test
  void differencesFromLlamaCppsFileAreLlamaCpps() throws IOException {
    Loaded loaded = load("q8_0", 32);
    LogitsFile file =
        LogitsFile.of(
            HeapMemory.wrap(resource("stories260K-f32.kld")), "file", loaded.tokenizer, 512);
    assertEquals(4, file.windows().count());
    assertEquals(16, file.windows().context());
    Comparison told = loaded.evaluator().compare(file, QUIET, RunControl.NONE);
    assertEquals(2.5095, told.perplexity().value(), 0.03); // activations are rounded otherwise
    assertEquals(2.4905, told.reference().value(), 2e-3);
    assertEquals(0.00086, told.divergence().mean(), 2e-4);
    assertEquals(1, told.agreement());
    Comparison same = load("f32", 32).evaluator().compare(file, QUIET, RunControl.NONE);
    assertTrue(same.divergence().most() < 1e-4, same.toString());
    assertEquals(1, same.agreement());
    assertEquals(2.4905, same.perplexity().value(), 2e-4);
  }

  private static byte[] saved(Evaluator evaluator, Windows windows) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    evaluator.save(windows, out::writeBytes, QUIET, RunControl.NONE);
    return out.toByteArray();
  }

  /** Steps may differ by one, since logits differ in their last bits. */
  @Test
  void aSavedFileIsLlamaCpps() throws IOException {
    Evaluator evaluator = load("f32", 32).evaluator();
    byte[] own = saved(evaluator, evaluator.windows(story(), halves(16, 4)));
    byte[] theirs = resource("stories260K-f32.kld");
    assertEquals(theirs.length, own.length);
    int head = 20 + 4 * 4 * 16;
    assertArrayEquals(Arrays.copyOf(theirs, head), Arrays.copyOf(own, head));
    HeapMemory mine = HeapMemory.wrap(own);
    HeapMemory other = HeapMemory.wrap(theirs);
    for (int row = 0; row < 28; row++) {
      long at = head + row * 1032L;
      assertEquals(other.getFloat(at), mine.getFloat(at), 1e-8);
      assertEquals(other.getFloat(at + 4), mine.getFloat(at + 4), 1e-4);
      for (int id = 0; id < 512; id++) {
        int steps = mine.getShort(at + 8 + 2L * id) & 0xFFFF;
        assertEquals(other.getShort(at + 8 + 2L * id) & 0xFFFF, steps, 2);
      }
    }
  }

  @Test
  void twoModelsAreComparedUnderForcedDecoding() throws IOException {
    Loaded whole = load("f32", 32);
    Loaded rounded = load("q8_0", 5);
    Windows windows = whole.evaluator().windows(story(), halves(32, 2));
    Comparison told =
        rounded.evaluator().compare(windows, whole.evaluator(), QUIET, RunControl.NONE);
    assertTrue(told.agreement() > 0.9, told.toString());
    assertTrue(told.divergence().mean() > 0 && told.divergence().mean() < 0.01, told.toString());
    assertTrue(told.divergence().median() <= told.divergence().most99());
    assertTrue(told.divergence().most99() <= told.divergence().most());
    assertEquals(whole.evaluator().perplexity(windows, QUIET, RunControl.NONE), told.reference());
    assertEquals(
        rounded.evaluator().perplexity(windows, QUIET, RunControl.NONE), told.perplexity());
    Comparison itself =
        whole.evaluator().compare(windows, load("f32", 7).evaluator(), QUIET, RunControl.NONE);
    assertEquals(0, itself.divergence().most());
    assertEquals(1, itself.agreement());
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    Evaluator evaluator = load("f32", 32).evaluator();
    String text = story();
    refused("the text has", () -> evaluator.windows("short", halves(16, 0)));
    refused("windows of 1 tokens", () -> halves(1, 0));
    refused("windows of 16 tokens", () -> new Windows.Options(16, 16, 0));
    Windows windows = evaluator.windows(text, new Windows.Options(16, 4, 1));
    refused("a file of logits has windows", () -> saved(evaluator, windows));
    Windows long8 = Windows.of(new int[2000], load("f32", 2).tokenizer, halves(600, 0));
    refused("the context length is 600", () -> evaluator.perplexity(long8, QUIET, RunControl.NONE));
    RunControl stopped =
        new RunControl() {
          @Override
          public boolean cancelled() {
            return true;
          }
        };
    assertThrows(CancelledException.class, () -> evaluator.perplexity(windows, QUIET, stopped));
  }

  private static void refused(String said, Runnable call) {
    String message = assertThrows(InvalidRequestException.class, call::run).getMessage();
    assertTrue(message.startsWith(said), message);
  }

  @Test
  void aFileFromAnywhereIsReadOrRefused() throws IOException {
    Loaded loaded = load("f32", 32);
    byte[] whole = resource("stories260K-f32.kld");
    Random random = new Random(8);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] bytes = whole.clone();
      if (i % 3 == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      } else {
        int where = i % 3 == 1 ? random.nextInt(24) : random.nextInt(bytes.length);
        bytes[where] ^= (byte) (1 + random.nextInt(255));
      }
      try {
        LogitsFile file = LogitsFile.of(HeapMemory.wrap(bytes), "file", loaded.tokenizer, 512);
        Reference rows = file.reference();
        for (int w = 0; w < file.windows().count(); w++) {
          rows.begin(w, file.windows().window(w), RunControl.NONE);
          rows.next(file.windows().scored());
        }
      } catch (InvalidRequestException e) {
        refused++;
      }
    }
    assertTrue(refused >= 150, "refused " + refused);
    refused(
        "file has logits of 512 tokens, the model has 511",
        () -> LogitsFile.of(HeapMemory.wrap(whole), "file", loaded.tokenizer, 511));
  }
}
