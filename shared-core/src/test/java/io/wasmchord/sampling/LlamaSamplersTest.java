package io.wasmchord.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What samplers leave, and how likely it is, beside llama.cpp's on the same logits. */
class LlamaSamplersTest {
  private static final double OFF = 2e-5; // they have floats, and six digits

  static Stream<String> lines() throws IOException {
    try (InputStream in = LlamaSamplersTest.class.getResourceAsStream("/sampling/llama-cpp.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines().filter(line -> !line.startsWith("#")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("lines")
  void leaveTheSame(String line) {
    String[] parts = line.split("\t");
    float[] logits = new float[Integer.parseInt(parts[0])];
    int seed = Integer.parseInt(parts[1]);
    for (int id = 0; id < logits.length; id++) {
      logits[id] = (float) ((id * 37 + seed * 11) % 101 * 0.07 - 2.0);
    }
    int[] history =
        parts[2].equals("-")
            ? new int[0]
            : Arrays.stream(parts[2].split(",")).mapToInt(Integer::parseInt).toArray();
    Candidates candidates = new Candidates(logits);
    for (String sampler : parts[3].split("\\|")) {
      stage(sampler.split(":")).apply(candidates, history, history.length);
    }
    double[] weights = candidates.weights();
    Map<Integer, Double> left = new TreeMap<>();
    for (int i = 0; i < weights.length; i++) {
      left.put(candidates.id(i), weights[i] / candidates.total());
    }
    Map<Integer, Double> expected = new TreeMap<>();
    for (String one : parts[4].split(",")) {
      String[] pair = one.split(":");
      expected.put(Integer.parseInt(pair[0]), Double.parseDouble(pair[1]));
    }
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(left.keySet()));
    expected.forEach((id, p) -> assertEquals(p, left.get(id), p * OFF + 1e-9, "token " + id));
  }

  private static SamplerChain.Stage stage(String[] words) {
    float[] n = new float[words.length];
    for (int i = 1; i < words.length; i++) {
      n[i] = Float.parseFloat(words[i]);
    }
    return switch (SamplerName.of(words[0])) {
      case PENALTIES -> new Penalties(new PenaltyOptions(n[1], n[2], n[3], (int) n[4]));
      case DRY ->
          new Dry(
              new DryOptions(n[1], n[2], (int) n[3], (int) n[4], List.of()),
              new Breakers(Map.of()));
      case TOP_N_SIGMA -> Stages.topNSigma(n[1]);
      case TOP_K -> Stages.topK((int) n[1]);
      case TYPICAL_P -> Stages.typicalP(n[1]);
      case TOP_P -> Stages.topP(n[1]);
      case MIN_P -> Stages.minP(n[1]);
      case XTC -> new Xtc(new XtcOptions(n[1], n[2]), 1);
      case TEMPERATURE -> Stages.temperature(new TemperatureOptions(n[1], n[2], n[3]));
    };
  }
}
