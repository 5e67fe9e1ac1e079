package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.errors.ChordException;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.session.GreedyLogits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged models in Chromium: what the JVM computes, a page computes to the same bits; what the JVM
 * refuses, a page refuses with a typed error. {@code -Dchord.mutations} is how many.
 */
class MutantsIT extends BrowserTest {
  private static final int FILES = Integer.getInteger("chord.mutations", 60);
  private static final int SEED = Integer.getInteger("chord.mutations.first", 0);

  /** What a page has less of than the JVM. */
  private static final Set<String> ROOM = Set.of("out_of_memory");

  private static final String OUTCOME =
      """
      async ({ url, simd }) => {
        let chord;
        try {
          chord = await WasmChord.load(url, { cache: false, threads: 1, simd });
          const { data } = await chord.logits([0, 1, 2], { positions: 'all' });
          return btoa(String.fromCharCode(...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
        } catch (e) {
          return `${e.code}: ${e.message}`;
        } finally {
          await chord?.dispose();
        }
      }
      """;

  @TempDir private Path folder;

  private static String onTheJvm(Path file) {
    try (LoadedModel loaded = LoadedModel.builder(file).threads(1).load()) {
      int vocabulary = loaded.model().config().vocabulary();
      ByteBuffer all = ByteBuffer.allocate(4 * 3 * vocabulary).order(ByteOrder.LITTLE_ENDIAN);
      GreedyLogits.compute(
          loaded.model(),
          new int[] {0, 1, 2},
          0,
          (at, rows) -> all.asFloatBuffer().put(at * vocabulary, rows));
      return Base64.getEncoder().encodeToString(all.array());
    } catch (ChordException e) {
      return e.code() + ": " + e.getMessage();
    }
  }

  @Test
  void aPageDoesWhatTheJvmDoes() throws IOException {
    int computed = 0;
    try (EnginePage page = new EnginePage(chromium, site)) {
      for (int seed = SEED; seed < SEED + FILES; seed++) {
        Path file = TinyFiles.mutant(seed).write(folder.resolve("mutant-" + seed + ".gguf"));
        String simd = seed % 3 == 0 ? "none" : "auto";
        String expected = onTheJvm(file);
        String actual =
            (String)
                page.evaluate(
                    OUTCOME, Map.of("url", models.add(file, Behaviour.RANGES), "simd", simd));
        if (expected.contains(": ")) {
          assertTrue(actual.contains(": "), "seed " + seed + ": the JVM says " + expected);
          assertTrue(!actual.startsWith("internal"), "seed " + seed + ": " + actual);
        } else if (!ROOM.contains(actual.split(": ", 2)[0])) {
          assertEquals(expected, actual, "seed " + seed);
          computed++;
        }
      }
    }
    System.out.println("mutants in Chromium: " + computed + " of " + FILES + " computed");
    assertTrue(computed > FILES / 20, computed + " computed");
  }
}
