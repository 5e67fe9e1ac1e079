package io.wasmchord.web;

import io.wasmchord.api.Choices;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import io.wasmchord.web.memory.LinearAllocator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The answers to a prompt, each of which is generated in a slot of its own. The first computes the
 * prompt, and the others begin with what it has computed. Answers are called by their numbers among
 * the request's choices.
 */
final class AnswerWork {
  private final int[] prompt;
  private final GenerationOptions options;
  private final List<AnswerReader> readers;
  private final Choices choices;
  private final int first;
  private final PromptProgress progress;
  private final @Nullable Session session;
  private final Consumer<Session> adaptation;
  private final @Nullable PageJournal journal;
  private final @Nullable Generation[] begun;
  private final List<AwaitedLogits> logits; // of each answer
  private int read; // of the prompt, by the first answer

  /**
   * Nothing is computed yet.
   *
   * @param options of the first answer
   * @param readers tell {@code choices} what the answers' tokens say
   * @param choices of the request, which may have other prompts
   * @param first the first of the answers among them
   * @param progress of the request's prompts
   * @param session see {@link #session}
   * @param adaptation chooses the adapters of the session that answers
   * @param journal of the one answer, or null
   * @param allocator has room for logits that go to the page
   */
  AnswerWork(
      int[] prompt,
      GenerationOptions options,
      List<AnswerReader> readers,
      Choices choices,
      int first,
      PromptProgress progress,
      @Nullable Session session,
      Consumer<Session> adaptation,
      @Nullable PageJournal journal,
      LinearAllocator allocator) {
    this.prompt = prompt;
    this.options = options;
    this.readers = readers;
    this.choices = choices;
    this.first = first;
    this.progress = progress;
    this.session = session;
    this.adaptation = adaptation;
    this.journal = journal;
    this.begun = new Generation[readers.size()];
    this.logits = readers.stream().map(reader -> new AwaitedLogits(allocator)).toList();
    progress.add(prompt.length);
  }

  /** The page's session that answers, or null where any slot's may. */
  @Nullable Session session() {
    return session;
  }

  /** Chooses the adapters of the session that is to answer. */
  void adapt(Session answering) {
    adaptation.accept(answering);
  }

  int[] prompt() {
    return prompt;
  }

  /** The answers' numbers. */
  IntStream answers() {
    return IntStream.range(first, first + begun.length);
  }

  /** Whether an answer need not wait for the first one to compute the prompt. */
  boolean ready(int answer) {
    Generation reading = begun[0];
    return answer == first || (reading != null && reading.promptComputed());
  }

  /** Begins with an answer, and tells that it has begun. */
  Generation begin(int request, int answer, Session session, Told told) {
    Generation generation =
        journal == null
            ? session.start(prompt, options.ofAnswer(answer - first))
            : journal.begin(session, prompt, options);
    if (answer == first) {
      generation.keepLastApart(begun.length > 1);
    }
    begun[answer - first] = generation;
    told.chunks(request, choices.answers().get(answer).chunks());
    return generation;
  }

  /** What is told what an answer's tokens say. */
  AnswerReader reader(int answer) {
    return readers.get(answer - first);
  }

  /** Whether an answer waits for the page to change its logits. */
  boolean waits(int answer) {
    Generation generation = begun[answer - first];
    return generation != null && generation.waiting() != null;
  }

  /** Goes on with logits that the page has changed; whether there is more to do. */
  boolean processed(int answer) {
    Generation generation = Objects.requireNonNull(begun[answer - first]);
    return !logits.get(answer - first).take(generation) || generation.processed(reader(answer));
  }

  /** Gives back what an answer holds. */
  void release(int answer) {
    logits.get(answer - first).release();
    if (journal != null) {
      journal.release();
    }
  }

  /** Tells what has come of an answer. */
  void tell(int request, int answer, boolean more, Told told) {
    Generation generation = Objects.requireNonNull(begun[answer - first]);
    if (!more) {
      reader(answer).end();
    }
    List<JsonObject> chunks = choices.answers().get(answer).chunks();
    if (!chunks.isEmpty()) {
      told.chunks(request, chunks);
    }
    JsonObject noted = journal == null ? null : journal.offer(generation);
    if (noted != null) {
      told.put(request, "journal", noted);
    }
    JsonObject waiting = logits.get(answer - first).offer(generation);
    if (waiting != null) {
      told.append(request, "logits", List.of(waiting.with("answer", JsonValue.of(answer))));
    }
    if (answer == first && read < prompt.length) {
      int loaded = Math.min(generation.fed(), prompt.length);
      progress.read(loaded - read);
      read = loaded;
      told.put(request, "prefill", progress.json());
    }
    if (more) {
      return;
    }
    JsonObject end = choices.end(answer, generation.result());
    if (end != null) {
      told.chunks(request, List.of(end));
    }
    if (choices.ended()) {
      told.put(request, "answer", choices.whole(answer));
    }
  }
}
