package io.wasmchord.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wasmchord.constraint.Language;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import io.wasmchord.evaluation.MaskSpeed;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What it costs to hold answers to a schema, beside plain decoding in the same run. */
final class BenchConstrained {
  /** A schema whose answers do not end before they have many tokens. */
  private static final JsonValue LONG =
      JsonReader.parse(
          "{\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"minItems\": 1000000}");

  /** A schema whose answers are short, whatever the model, and mostly keys. */
  private static final JsonValue KEYS =
      JsonReader.parse(
          """
          {"type": "object",
           "properties": {
             "temperature": {"type": "integer", "minimum": 0, "maximum": 99},
             "kind": {"enum": ["person", "place", "thing"]},
             "indoors": {"type": "boolean"}},
           "required": ["temperature", "kind", "indoors"],
           "additionalProperties": false}
          """);

  private BenchConstrained() {}

  static void report(LoadedModel loaded, int tokens, int runs, ObjectNode node) {
    long begun = System.nanoTime();
    TokenBytes vocabulary = TokenBytes.of(loaded.tokenizer(), Set.of(), Set.of());
    node.put("constrained_vocabulary_tokens", vocabulary.size());
    node.put("constrained_vocabulary_ms", milliseconds(begun));
    MaskSpeed speed = MaskSpeed.measure(vocabulary, runs, Clock.system());
    node.put("constrained_compile_ms", speed.compileNanos() / 1e6);
    node.put("constrained_mask_median_us", speed.medianNanos() / 1e3);
    node.put("constrained_mask_p99_us", speed.slowNanos() / 1e3);
    forced(loaded, tokens, node);
    List<Double> plain = new ArrayList<>();
    List<Double> held = new ArrayList<>();
    Language language = Language.jsonSchema(LONG, SchemaOptions.DEFAULT);
    for (int run = 0; run <= runs; run++) {
      double a = decode(loaded, tokens, null);
      double b = decode(loaded, tokens, language);
      if (run > 0) {
        plain.add(a);
        held.add(b);
      }
    }
    double free = quantile(plain, 0.5);
    double constrained = quantile(held, 0.5);
    node.put("plain_decode_tokens_per_s", free);
    node.put("constrained_decode_tokens_per_s", constrained);
    node.put("constrained_loss_percent", Math.round(1000 * (1 - constrained / free)) / 10.0);
  }

  /**
   * How often the model is gone through for an answer: text that is the only way on is one batch.
   */
  private static void forced(LoadedModel loaded, int tokens, ObjectNode node) {
    CountedModel counted = new CountedModel(loaded.model());
    SchemaOptions plain = SchemaOptions.DEFAULT.with(Whitespace.NONE);
    try (Session session =
        new Session(counted, loaded.tokenizer(), loaded.contextLength(), Clock.system())) {
      GenerationResult result =
          session.generate(
              loaded.tokenizer().encode("A room:", true, false),
              new GenerationOptions(tokens, List.of(), SamplerOptions.greedy())
                  .with(Language.jsonSchema(KEYS, plain)),
              text -> true,
              RunControl.NONE);
      node.put("constrained_answer_tokens", result.tokens().length);
      node.put("constrained_answer_passes", counted.passes() - 1); // the prompt is one
    }
  }

  private static double milliseconds(long since) {
    return (System.nanoTime() - since) / 1e6;
  }

  private static double quantile(List<Double> values, double part) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(Math.min(sorted.size() - 1, (int) (part * sorted.size())));
  }

  private static double decode(LoadedModel loaded, int tokens, @Nullable Language language) {
    int[] prompt = loaded.tokenizer().encode("A list:", true, false);
    try (Session session = loaded.session()) {
      GenerationResult result =
          session.generate(
              prompt,
              new GenerationOptions(tokens, List.of(), SamplerOptions.greedy(), true)
                  .with(language),
              text -> true,
              RunControl.NONE);
      return result.decodePerSecond();
    }
  }
}
