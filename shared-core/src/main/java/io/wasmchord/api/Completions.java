package io.wasmchord.api;

import io.wasmchord.chat.AnswerReader;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationBatch;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Continues the prompts of a request, as often as it wants each, computed together: as many at a
 * time as there are sessions. For one thread at a time.
 */
public final class Completions {
  private final CompletionRequest request;
  private final Tokenizer tokenizer;
  private final List<Session> idle;
  private final List<Session> sessions;
  private final List<Pending> pending = new ArrayList<>();
  private final List<Begun> begun = new ArrayList<>();
  private final GenerationBatch batch = new GenerationBatch();
  private final Choices choices;

  /** An answer that is still to begin. */
  private record Pending(int choice, int[] prompt, int answer) {}

  private record Begun(Pending what, Session session, Generation generation, AnswerReader reader) {}

  private Completions(
      CompletionRequest request,
      List<Session> sessions,
      Tokenizer tokenizer,
      AnswerHead head,
      double loadMs) {
    if (sessions.isEmpty()) {
      throw new InvalidRequestException("there is no session to answer in; give one or more");
    }
    this.request = request;
    this.tokenizer = tokenizer;
    this.sessions = List.copyOf(sessions);
    this.idle = new ArrayList<>(sessions);
    int each = request.params().answers();
    for (int i = 0; i < request.choices(); i++) {
      pending.add(new Pending(i, request.tokens(tokenizer, i / each), i % each));
    }
    pending.forEach(one -> sessions.getFirst().check(one.prompt));
    this.choices =
        new Choices(
            IntStream.range(0, request.choices())
                .mapToObj(i -> request.answer(i, head, tokenizer))
                .toList(),
            request.params(),
            loadMs);
  }

  /**
   * Answers a request.
   *
   * @param sessions one or more of one model, which nobody else uses meanwhile
   * @param loadMs how long the model's load took, for the timings
   * @param chunks hears of each chunk but the last, if the request wants chunks
   * @return the whole answer, or its last chunk
   * @throws io.wasmchord.errors.InvalidRequestException when a prompt leaves no room for an answer
   */
  public static JsonObject complete(
      CompletionRequest request,
      List<Session> sessions,
      Tokenizer tokenizer,
      AnswerHead head,
      double loadMs,
      Consumer<JsonObject> chunks,
      RunControl control) {
    return new Completions(request, sessions, tokenizer, head, loadMs).run(chunks, control);
  }

  private JsonObject run(Consumer<JsonObject> chunks, RunControl control) {
    int last = 0;
    while (!choices.ended()) {
      begin();
      for (GenerationBatch.Outcome outcome : batch.step(control)) {
        if (outcome instanceof GenerationBatch.Outcome.Failed(_, var cause)) {
          throw cause;
        }
        Begun one = of(outcome.generation());
        boolean ended = outcome instanceof GenerationBatch.Outcome.Ended;
        if (ended) {
          one.reader.end();
        }
        last = one.what.choice;
        choices.answers().get(last).chunks().forEach(chunks);
        if (ended) {
          begun.remove(one);
          idle.add(one.session);
          JsonObject end = choices.end(last, one.generation.result());
          if (end != null) {
            chunks.accept(end);
          }
        }
      }
    }
    return choices.whole(last);
  }

  private Begun of(Generation generation) {
    return begun.stream().filter(one -> one.generation == generation).findFirst().orElseThrow();
  }

  private void begin() {
    for (Pending one : List.copyOf(pending)) {
      if (!idle.isEmpty() && ready(one)) {
        pending.remove(one);
        begin(one, nearest(one.prompt));
      }
    }
  }

  /** Further answers to a prompt begin with what the first one has computed of it. */
  private boolean ready(Pending one) {
    int first = one.choice - one.answer;
    return one.answer == 0
        || begun.stream()
            .filter(other -> other.what.choice == first)
            .findFirst()
            .map(other -> other.generation.promptComputed())
            .orElse(pending.stream().noneMatch(other -> other.choice == first));
  }

  private Session nearest(int[] prompt) {
    Session best = idle.getFirst();
    for (Session each : idle) {
      best = each.holds(prompt) > best.holds(prompt) ? each : best;
    }
    return best;
  }

  private void begin(Pending one, Session session) {
    idle.remove(session);
    for (Session other : sessions) {
      if (other.holds(one.prompt) > session.holds(one.prompt)) {
        session.takeOver(other, one.prompt);
      }
    }
    Generation generation =
        session.start(one.prompt, request.params().options().ofAnswer(one.answer));
    generation.keepLastApart(one.answer == 0 && request.params().answers() > 1);
    AnswerReader reader = AnswerReader.plain(tokenizer, choices.answers().get(one.choice));
    begun.add(new Begun(one, session, generation, reader));
    batch.add(generation, reader);
  }
}
