package io.wasmchord.web;

import io.wasmchord.session.Generation;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a request does in a slot of its own. */
sealed interface Job {
  /** Whose it is. */
  int request();

  /** One of a request's answers. */
  record Answering(int request, AnswerWork work, int answer) implements Job {}

  /**
   * Anything else.
   *
   * @param begin begins with it; nothing is computed yet
   */
  record Reading(int request, Function<Slot, Work> begin) implements Job {}

  /**
   * A job that is under way.
   *
   * @param generation of an answer, else null
   * @param work of what is no answer, else null
   */
  record Begun(Job job, Slot slot, @Nullable Generation generation, @Nullable Work work) {}
}
