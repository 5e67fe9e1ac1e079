package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.classification.Ranker;
import io.wasmchord.classification.TextClassifier;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.TinyFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks and labels in the browser: the JVM's numbers, and the JS module's answers and errors. */
class RerankIT extends BrowserTest {
  private static final String QUERY = "the cat";
  private static final List<String> DOCUMENTS =
      List.of("a dog", "the cat sat on the mat", "red bird", TinyFiles.text(40), "a", "the house");

  private static final String HELPERS =
      """
      const attempt = async (f) => { try { await f(); return 'no error'; } catch (e) { return e.code + ': ' + e.message; } };
      """;

  @TempDir private Path folder;

  private Path classifier(String name) throws IOException {
    return TinyFiles.classifier(name).write(folder.resolve("model.gguf"));
  }

  private Object run(String body, Path file) {
    return run(body, file, DOCUMENTS);
  }

  private Object run(String body, Path file, List<String> documents) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate(
          "async ({ url, query, documents }) => {" + HELPERS + body + "}",
          Map.of(
              "url", models.add(file, Behaviour.RANGES), "query", QUERY, "documents", documents));
    }
  }

  private static void same(List<Double> expected, Object actual) {
    List<?> numbers = (List<?>) actual;
    assertEquals(expected, numbers.stream().map(n -> ((Number) n).doubleValue()).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert, ranks",
        "modern-bert, ranks",
        "bert, its own pieces, ranks",
        "qwen3, yes or no",
        "jina-bert-v2, ranks"
      })
  void theBrowserGivesTheJvmsScores(String name) throws IOException {
    Path file = classifier(name);
    List<String> documents =
        name.contains("qwen") || name.contains("pieces") // whose tokens are letters
            ? DOCUMENTS.stream().filter(d -> d.length() < 20).toList()
            : DOCUMENTS;
    List<Double> expected;
    try (LoadedModel loaded = LoadedModel.builder(file).threads(2).load()) {
      Ranker ranker = loaded.ranker();
      expected = documents.stream().map(d -> ranker.score(QUERY, d, RunControl.NONE)).toList();
    }
    same(
        expected,
        run(
            """
            const chord = await WasmChord.load(url, { threads: 2 });
            const { results } = await chord.rerank({ query, documents });
            await chord.dispose();
            const scores = [];
            results.forEach(({ index, relevance_score: score }, i) => {
              if (i > 0 && results[i - 1].relevance_score < score) throw new Error('the order');
              scores[index] = score;
            });
            return scores;
            """,
            file,
            documents));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert, three numbers", "neo-bert, labels"})
  void andItsLabels(String name) throws IOException {
    Path file = classifier(name);
    List<Double> expected;
    try (LoadedModel loaded = LoadedModel.builder(file).threads(2).load()) {
      TextClassifier classifier = loaded.classifier();
      expected =
          DOCUMENTS.stream()
              .map(d -> classifier.classify(d, RunControl.NONE).getFirst().score())
              .toList();
    }
    same(
        expected,
        run(
            """
            const chord = await WasmChord.load(url);
            const { data } = await chord.classify({ input: documents });
            await chord.dispose();
            return data.map(({ score }) => score);
            """,
            file));
  }

  @Test
  void answersHaveTheShapeOfRerankApis() throws IOException {
    assertEquals(
        "list|model.gguf|2|true|true|true|true|true|true|{\"ranks\":true,\"labels\":[\"LABEL_0\"]}",
        run(
            """
            const chord = await WasmChord.load(url);
            const all = await chord.rerank({ query, documents: documents.map((text) => ({ text })), model: 'any' });
            const two = await chord.rerank({ query, documents, top_n: 2, return_documents: true });
            const raw = await chord.rerank({ query, documents, raw_scores: true });
            const { classifier } = chord.modelInfo();
            await chord.dispose();
            const [best] = two.results;
            const logistic = (x) => 1 / (1 + Math.exp(-x));
            return [two.object, two.model, two.results.length, best.document.text === documents[best.index], best.relevance_score === all.results[0].relevance_score,
              all.results.length === documents.length, all.results[0].document === undefined, two.usage.prompt_tokens > 60 && two.usage.total_tokens === two.usage.prompt_tokens,
              Math.abs(logistic(raw.results[0].relevance_score) - all.results[0].relevance_score) < 1e-12, JSON.stringify(classifier)].join('|');
            """,
            classifier("bert, ranks")));
  }

  @Test
  void labelsAreNamed() throws IOException {
    assertEquals(
        "list|classification|1|true|true|2|true|true|good,bad,neither",
        run(
            """
            const chord = await WasmChord.load(url);
            const names = (list) => list.map(({ label }) => label).sort().join();
            const { object, data, usage } = await chord.classify({ input: ['the cat', 'a dog'] });
            const [two] = (await chord.classify({ input: 'the cat', top_n: 2 })).data;
            const [own] = (await chord.classify({ input: 'the cat', function: 'sigmoid' })).data;
            const { classifier } = chord.modelInfo();
            await chord.dispose();
            const sum = (list) => list.reduce((all, { score }) => all + score, 0);
            const second = data[1];
            return [object, second.object, second.index, second.label === second.labels[0].label && second.score === second.labels[0].score,
              Math.abs(sum(second.labels) - 1) < 1e-12 && names(second.labels) === [...classifier.labels].sort().join(), two.labels.length,
              Math.abs(sum(own.labels) - 1) > 1e-3, usage.prompt_tokens === 8, classifier.labels.join()].join('|');
            """,
            classifier("bert, three numbers")));
  }

  @Test
  void badRequestsAreRefusedWithAReasonAndTheModelStaysUsable() throws IOException {
    String errors =
        (String)
            run(
                """
                const chord = await WasmChord.load(url);
                const rank = (p) => attempt(() => chord.rerank(p));
                const long = 'cat '.repeat(100);
                const abort = new AbortController();
                const running = rank({ query, documents: Array(300).fill(long), truncate: true, signal: abort.signal });
                const waiting = rank({ query, documents });
                abort.abort();
                const all = [await running, await waiting, await rank(), await rank({ documents }), await rank({ query }), await rank({ query, documents: [] }),
                  await rank({ query, documents: ['a', ''] }), await rank({ query: '', documents }), await rank({ query, documents: 'a' }),
                  await rank({ query, documents, top_n: 0 }), await rank({ query, documents, topn: 2 }), await rank({ query, texts: documents }),
                  await rank({ query, documents: ['a', long] }), await rank({ query: long, documents, truncate: true }),
                  await attempt(() => chord.embeddings.create({ input: 'a' })), await attempt(() => chord.classify({})),
                  await attempt(() => chord.classify({ input: 'a', function: 'exp' }))];
                const { usage } = await chord.rerank({ query, documents: [long], truncate: true });
                const { data } = await chord.embeddings.create({ input: 'a', pooling: 'mean' });
                const { data: one } = await chord.classify({ input: 'a' });
                await chord.dispose();
                all.push(usage.prompt_tokens, data[0].embedding.length, one[0].label, await rank({ query, documents }));
                return all.join('\\n');
                """,
                classifier("bert, ranks"));
    String[] lines = errors.split("\n", -1);
    String[] expected = {
      "cancelled: ",
      "no error",
      "invalid_request: rerank takes an object of options",
      "invalid_request: query is missing; rerank needs query and documents",
      "invalid_request: documents is missing",
      "invalid_request: documents is a list of one or more texts, not an empty list",
      "invalid_request: documents[1] is a text that is not empty",
      "invalid_request: query is a text that is not empty",
      "invalid_request: documents is a list of one or more texts",
      "invalid_request: top_n is a whole number",
      "invalid_request: rerank has no option \"topn\"; is top_n meant?",
      "invalid_request: texts is not supported",
      "invalid_request: document 1: query and document have 105 tokens together, the model's context 64;",
      "invalid_request: document 0: the query leaves no room for a document",
      "invalid_request: this model (bert) is a reranker or classifier",
      "invalid_request: input is missing",
      "invalid_request: function is 'softmax', 'sigmoid' or 'none'",
      "64",
      "32",
      "LABEL_0",
      "disposed: "
    };
    assertEquals(expected.length, lines.length, errors);
    for (int i = 0; i < lines.length; i++) {
      assertTrue(lines[i].startsWith(expected[i]), lines[i]);
    }
  }

  @Test
  void otherModelsSayThatTheyCannot() throws IOException {
    String[] said =
        ((String)
                run(
                    """
                    const chord = await WasmChord.load(url);
                    const all = [await attempt(() => chord.rerank({ query, documents })), await attempt(() => chord.classify({ input: 'a' })),
                      chord.modelInfo().classifier];
                    await chord.dispose();
                    return all.map(String).join('\\n');
                    """,
                    TinyFiles.encoder("bert").write(folder.resolve("bert.gguf"))))
            .split("\n", -1);
    assertTrue(
        said[0].startsWith("no_classifier: this model (bert) has no classification head"), said[0]);
    assertTrue(said[1].startsWith("no_classifier: "), said[1]);
    assertEquals("null", said[2]);
    String labels =
        (String)
            run(
                "const chord = await WasmChord.load(url); const said = await attempt(() => chord.rerank({ query, documents })); await chord.dispose(); return said;",
                classifier("bert, three numbers"));
    assertTrue(
        labels.startsWith(
            "invalid_request: this model is a classifier with 3 labels (good, bad...)"),
        labels);
  }
}
