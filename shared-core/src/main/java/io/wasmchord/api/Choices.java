package io.wasmchord.api;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.GenerationResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answers to one request, each of them a choice. They end in any order; usage and timings of
 * all come with the last, or after it.
 */
public final class Choices {
  private static final String CHOICES = "choices";
  private static final String USAGE = "usage";
  private static final String TIMINGS = "timings";

  private final List<Answer> answers;
  private final GenerationParams params;
  private final double loadMs;
  private final @Nullable GenerationResult[] results;
  private final @Nullable JsonObject[] ends;

  /**
   * @param answers of the choices, in the order of their indexes: all to the first prompt, then
   *     those to the next
   * @param params of the request
   * @param loadMs how long the model's load took, for the timings
   */
  public Choices(List<? extends Answer> answers, GenerationParams params, double loadMs) {
    this.answers = List.copyOf(answers);
    this.params = params;
    this.loadMs = loadMs;
    this.results = new GenerationResult[answers.size()];
    this.ends = new JsonObject[answers.size()];
  }

  /** Those that there are to be. */
  public List<Answer> answers() {
    return answers;
  }

  /** Whether usage has a chunk of its own, after the last one of each choice. */
  private boolean usageApart() {
    return params.stream() && params.usage() == StreamUsage.OWN_CHUNK;
  }

  /**
   * Notes that a choice has ended, whose {@link Answer#chunks} are taken.
   *
   * @return the choice's last chunk; null where that is what {@link #whole} gives, or part of it
   */
  public @Nullable JsonObject end(int index, GenerationResult result) {
    JsonObject end = answers.get(index).end(result, loadMs);
    results[index] = result;
    ends[index] = end;
    if (usageApart()) {
      return end;
    }
    return params.stream() && !ended() ? end.without(USAGE).without(TIMINGS) : null;
  }

  /** Whether all choices have ended. */
  public boolean ended() {
    return Arrays.stream(results).allMatch(Objects::nonNull);
  }

  /**
   * The whole answer once all have ended, or the last chunk of all.
   *
   * @param last the index of the choice that ended last
   */
  public JsonObject whole(int last) {
    JsonObject end = Objects.requireNonNull(ends[last]);
    if (answers.size() == 1 && !usageApart()) {
      return end;
    }
    JsonObject whole = end;
    if (usageApart()) {
      whole = end.with(CHOICES, JsonValue.of(List.of()));
    } else if (!params.stream()) {
      whole = end.with(CHOICES, JsonValue.of(choices()));
    }
    List<GenerationResult> all = Arrays.stream(results).filter(Objects::nonNull).toList();
    if (end.keys().contains(USAGE)) {
      whole = whole.with(USAGE, TokenUsage.of(all, params.answers()).json());
    }
    return whole.with(TIMINGS, Timings.of(all, loadMs).json());
  }

  private List<JsonValue> choices() {
    List<JsonValue> choices = new ArrayList<>();
    for (JsonObject end : ends) {
      choices.addAll(((JsonArray) Objects.requireNonNull(end).getOrNull(CHOICES)).elements());
    }
    return choices;
  }
}
