package io.wasmchord.web;

import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationBatch;
import io.wasmchord.session.Session;
import io.wasmchord.web.gpu.GpuFailedException;
import java.util.ArrayList;
import java.util.List;

/**
 * Begins with jobs in the order in which they came, as soon as there is a slot for each, and
 * computes those that have begun step by step: answers together, in one batch, and the others each
 * by itself.
 */
final class Scheduler {
  private final Slots slots;
  private final GenerationBatch batch = new GenerationBatch();
  private final List<Job> waiting = new ArrayList<>();
  private final List<Job.Begun> begun = new ArrayList<>();
  private final List<Job.Begun> processed = new ArrayList<>(); // whose logits the page has changed

  Scheduler(Slots slots) {
    this.slots = slots;
  }

  void add(Job job) {
    waiting.add(job);
  }

  /**
   * Computes a step of whatever has a slot.
   *
   * @return {@code requests}: of each that there is something of its {@code id}, and its {@code
   *     error}, or {@code chunks} of its answers, how much of a prompt was read ({@code prefill}),
   *     {@code vectors} of a text, {@code logits} that the page changes before {@link #processed},
   *     the {@code answer} in the end. After error and answer the request is to be ended. {@code
   *     waits} is whether nothing can be done before the page has changed logits
   */
  JsonObject step() {
    Told told = new Told();
    begin(told);
    goOn(told);
    answer(told);
    List.copyOf(begun).forEach(one -> read(one, told));
    return JsonObject.builder()
        .put("requests", told.json())
        .put("waits", !begun.isEmpty() && begun.stream().allMatch(Scheduler::waits))
        .build();
  }

  private static boolean waits(Job.Begun one) {
    return one.job() instanceof Job.Answering a && a.work().waits(a.answer());
  }

  /** Notes that the page has changed the logits of an answer, which goes on in the next step. */
  void processed(int request, int answer) {
    for (Job.Begun one : begun) {
      if (one.job() instanceof Job.Answering a && a.request() == request && a.answer() == answer) {
        processed.add(one);
      }
    }
  }

  private void goOn(Told told) {
    for (Job.Begun one : List.copyOf(processed)) {
      if (one.job() instanceof Job.Answering(int request, AnswerWork work, int answer)) {
        try {
          boolean more = work.processed(answer);
          work.tell(request, answer, more, told);
          if (!more) {
            leave(one);
          }
        } catch (RuntimeException e) {
          told.error(request, e);
        }
      }
    }
    processed.clear();
  }

  /** Gives back what a job holds. */
  private void leave(Job.Begun one) {
    begun.remove(one);
    processed.remove(one);
    slots.giveBack(one.slot());
    if (one.generation() != null) {
      batch.remove(one.generation());
    }
    if (one.job() instanceof Job.Answering a) {
      a.work().release(a.answer());
    }
    if (one.work() != null) {
      one.work().end();
    }
  }

  private void begin(Told told) {
    for (Job job : List.copyOf(waiting)) {
      if (slots.full()) {
        return;
      }
      if (!(job instanceof Job.Answering a) || (a.work().ready(a.answer()) && idle(a.work()))) {
        waiting.remove(job);
        begin(job, told);
      }
    }
  }

  /** Whether the session that is to answer does nothing else. */
  private boolean idle(AnswerWork work) {
    return work.session() == null
        || begun.stream()
            .noneMatch(one ->
                one.job() instanceof Job.Answering a && a.work().session() == work.session());
  }

  private void begin(Job job, Told told) {
    boolean any = job instanceof Job.Answering a && a.work().session() == null;
    Slot slot = any ? slots.take(((Job.Answering) job).work().prompt()) : slots.take();
    try {
      begun.add(begun(job, slot, told));
    } catch (RuntimeException e) {
      slots.giveBack(slot);
      told.error(job.request(), e);
    }
  }

  private Job.Begun begun(Job job, Slot slot, Told told) {
    return switch (job) {
      case Job.Answering(int request, AnswerWork work, int answer) -> {
        Session own = work.session();
        Session session = own == null ? slot.answering() : own;
        work.adapt(session);
        Generation generation = work.begin(request, answer, session, told);
        batch.add(generation, work.reader(answer));
        yield new Job.Begun(job, slot, generation, null);
      }
      case Job.Reading(_, var begin) -> new Job.Begun(job, slot, null, begin.apply(slot));
    };
  }

  private void answer(Told told) {
    List<GenerationBatch.Outcome> outcomes;
    try {
      outcomes = batch.step(RunControl.NONE);
    } catch (GpuFailedException e) {
      if (!e.isLost()) {
        failed(told, e);
      }
      return; // all that was begun goes on with the next step
    } catch (RuntimeException e) { // nothing can be computed
      failed(told, e);
      return;
    }
    outcomes(outcomes, told);
  }

  private void failed(Told told, RuntimeException e) {
    begun.stream()
        .filter(one -> one.generation() != null)
        .forEach(one -> told.error(one.job().request(), e));
  }

  private void outcomes(List<GenerationBatch.Outcome> outcomes, Told told) {
    for (GenerationBatch.Outcome outcome : outcomes) {
      Job.Begun one =
          begun.stream()
              .filter(b -> b.generation() == outcome.generation())
              .findFirst()
              .orElseThrow();
      if (outcome instanceof GenerationBatch.Outcome.Failed(_, var cause)) {
        told.error(one.job().request(), cause);
        continue;
      }
      boolean more = outcome instanceof GenerationBatch.Outcome.More;
      if (one.job() instanceof Job.Answering(int request, AnswerWork work, int answer)) {
        work.tell(request, answer, more, told);
      }
      if (!more) {
        leave(one);
      }
    }
  }

  private static void read(Job.Begun one, Told told) {
    Work work = one.work();
    if (work == null) {
      return;
    }
    try {
      told.putAll(one.job().request(), work.step());
    } catch (RuntimeException e) {
      told.error(one.job().request(), e);
    }
  }

  /** Ends a request's jobs, and gives back what they hold. */
  void end(int request) {
    waiting.removeIf(job -> job.request() == request);
    for (Job.Begun one : List.copyOf(begun)) {
      if (one.job().request() == request) {
        leave(one);
      }
    }
  }
}
