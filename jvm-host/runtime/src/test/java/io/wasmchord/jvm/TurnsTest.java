package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.Tasks.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The main thread is in; others wait, hear what they should, and come in their order. */
class TurnsTest {
  private final Turns turns = new Turns();

  private Task<Boolean> waiter(RunControl control, Runnable inside) {
    int before = turns.length();
    Task<Boolean> task =
        Tasks.start(() -> {
          try {
            turns.enter(control);
          } catch (CancelledException e) {
            return Thread.currentThread().isInterrupted();
          }
          inside.run();
          turns.leave();
          return true;
        });
    Tasks.until(() -> turns.length() > before);
    return task;
  }

  @Test
  void whoAsksFirstComesFirstAndNobodyTwice() throws Exception {
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Task<Boolean>> tasks = new ArrayList<>();
    turns.enter(RunControl.NONE);
    turns.enter(RunControl.NONE);
    for (int i = 0; i < 20; i++) {
      int number = i;
      RunControl control = i % 2 == 0 ? RunControl.NONE : new RunControl() {};
      tasks.add(waiter(control, () -> order.add(number)));
    }
    turns.leave();
    assertEquals(List.of(), List.copyOf(order), "entered twice, left once");
    turns.leave();
    turns.enter(RunControl.NONE); // behind all others
    assertEquals(20, order.size());
    for (Task<Boolean> task : tasks) {
      assertTrue(task.get());
    }
    for (int i = 0; i < 20; i++) {
      assertEquals(i, order.get(i));
    }
    turns.leave();
    assertThrows(IllegalStateException.class, turns::leave);
  }

  @Test
  void whoeverWaitsHearsItsControlAndItsInterruption() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    RunControl control =
        new RunControl() {
          @Override
          public boolean cancelled() {
            return stop.get();
          }
        };
    turns.enter(RunControl.NONE);
    Task<Boolean> cancelled = waiter(control, () -> {});
    Task<Boolean> interrupted = waiter(RunControl.NONE, () -> {});
    Task<Boolean> stays = waiter(RunControl.NONE, () -> {});
    stop.set(true);
    assertFalse(cancelled.get(), "not interrupted");
    interrupted.thread().interrupt();
    assertTrue(interrupted.get(), "stays interrupted");
    assertEquals(1, turns.length());
    turns.leave();
    assertTrue(stays.get());
    Thread.currentThread().interrupt();
    assertThrows(CancelledException.class, () -> turns.enter(RunControl.NONE));
    assertTrue(Thread.interrupted());
    assertThrows(CancelledException.class, () -> turns.enter(control));
    turns.enter(RunControl.NONE);
  }

  @Test
  void closingTurnsWaitersAwayButForWhatMustBeDone() throws Exception {
    turns.enter(RunControl.NONE);
    Task<Boolean> away = waiter(RunControl.NONE, () -> {});
    Task<Boolean> anyway =
        Tasks.start(() -> {
          Thread.currentThread().interrupt();
          turns.enterAnyway();
          turns.leave();
          return Thread.currentThread().isInterrupted();
        });
    Tasks.until(() -> turns.length() == 2);
    turns.close();
    away.failure(ClosedException.class);
    turns.enter(RunControl.NONE); // whoever is in stays in
    turns.leave();
    assertFalse(anyway.ended());
    turns.leave();
    assertTrue(anyway.get(), "stays interrupted");
    assertThrows(ClosedException.class, () -> turns.enter(RunControl.NONE));
    turns.enterAnyway();
    turns.leave();
  }
}
