package io.wasmchord.evaluation;

import io.wasmchord.constraint.ConstraintState;
import io.wasmchord.constraint.Language;
import io.wasmchord.constraint.TokenConstraint;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import io.wasmchord.host.Clock;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.sampling.SplitMix64;
import java.util.Arrays;

/**
 * What it takes to hold answers to a common schema, apart from a model: along random texts that it
 * allows, the same ones wherever this runs.
 *
 * @param compileNanos to compile the schema, the median of all runs
 * @param medianNanos of a mask
 * @param slowNanos of a mask, the 99th percentile
 * @param digest of all masks
 */
public record MaskSpeed(long compileNanos, long medianNanos, long slowNanos, long digest) {
  private static final int MASKS = 3000; // of each run
  private static final long PRIME = 0x100000001b3L; // of FNV-1a
  private static final long BASIS = 0xcbf29ce484222325L;

  /** A common schema. */
  private static final String SCHEMA =
      """
      {"type": "object",
       "properties": {
         "name": {"type": "string", "maxLength": 80},
         "age": {"type": "integer", "minimum": 0, "maximum": 150},
         "born": {"type": "string", "format": "date"},
         "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 5},
         "kind": {"enum": ["person", "place", "thing"]},
         "address": {
           "type": "object",
           "properties": {
             "street": {"type": "string"},
             "city": {"type": "string"},
             "zip": {"type": "string", "pattern": "^[0-9]{5}$"}},
           "required": ["street", "city"],
           "additionalProperties": false}},
       "required": ["name", "age", "tags", "kind"],
       "additionalProperties": false}
      """;

  /**
   * Measures.
   *
   * @param runs how often; one more is made before, to warm up
   */
  public static MaskSpeed measure(TokenBytes vocabulary, int runs, Clock clock) {
    JsonValue schema = JsonReader.parse(SCHEMA);
    long[] compiled = new long[runs];
    long[] masks = new long[runs * MASKS];
    long digest = BASIS;
    for (int run = -1; run < runs; run++) {
      long start = clock.nanos();
      Language language = Language.jsonSchema(schema, SchemaOptions.DEFAULT);
      long time = clock.nanos() - start;
      TokenConstraint constraint = new TokenConstraint(language, vocabulary);
      long[] own = new long[MASKS];
      digest = (digest ^ walk(constraint, vocabulary, new SplitMix64(run + 1), own, clock)) * PRIME;
      if (run >= 0) {
        compiled[run] = time;
        System.arraycopy(own, 0, masks, run * MASKS, MASKS);
      }
    }
    return new MaskSpeed(
        quantile(compiled, 0.5), quantile(masks, 0.5), quantile(masks, 0.99), digest);
  }

  private static long quantile(long[] values, double part) {
    Arrays.sort(values);
    return values[Math.min(values.length - 1, (int) (part * values.length))];
  }

  /** Fills in the times of masks along random texts; the digest of all masks. */
  private static long walk(
      TokenConstraint constraint,
      TokenBytes vocabulary,
      SplitMix64 random,
      long[] times,
      Clock clock) {
    long[] mask = new long[vocabulary.words()];
    long digest = BASIS;
    ConstraintState state = constraint.start();
    for (int i = 0; i < times.length; i++) {
      long start = clock.nanos();
      state.mask(mask);
      times[i] = clock.nanos() - start;
      for (long word : mask) {
        digest = (digest ^ word) * PRIME;
      }
      int token = pick(mask, random);
      if (vocabulary.ends().contains(token)) {
        state = constraint.start();
      } else {
        state.accept(token);
      }
    }
    return digest;
  }

  /** A random bit of those that are set. */
  private static int pick(long[] mask, SplitMix64 random) {
    int count = 0;
    for (long word : mask) {
      count += Long.bitCount(word);
    }
    int left = (int) (random.nextDouble() * count);
    for (int w = 0; w < mask.length; w++) {
      for (long rest = mask[w]; rest != 0; rest &= rest - 1) {
        if (left-- == 0) {
          return 64 * w + Long.numberOfTrailingZeros(rest);
        }
      }
    }
    throw new IllegalStateException("fewer bits than were counted");
  }
}
