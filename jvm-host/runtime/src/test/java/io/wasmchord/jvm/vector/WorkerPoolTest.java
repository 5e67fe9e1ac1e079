package io.wasmchord.jvm.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps run in order, each unit once, and what they throw arrives. */
class WorkerPoolTest {
  private static final int STEPS = 200;
  private static final int UNITS = 37;

  private interface Body {
    void run(int unit);
  }

  private static WorkerPool.Step<Object> step(Body body) {
    return new WorkerPool.Step<>() {
      @Override
      public String label() {
        return "test";
      }

      @Override
      public int units() {
        return UNITS;
      }

      @Override
      public int chunk() {
        return 2;
      }

      @Override
      public void run(int from, int to, Object scratch) {
        for (int i = from; i < to; i++) {
          body.run(i);
        }
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void everyStepSeesTheWholeStepBefore(int threads) {
    AtomicIntegerArray counts = new AtomicIntegerArray(STEPS);
    List<WorkerPool.Step<Object>> steps = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      int at = i;
      steps.add(
          step(unit -> {
            if (at > 0 && counts.get(at - 1) % UNITS != 0) {
              throw new IllegalStateException("step " + at + " began too early");
            }
            counts.incrementAndGet(at);
          }));
    }
    try (WorkerPool<Object> pool = new WorkerPool<>(threads, Object::new, null)) {
      for (int run = 1; run <= 5; run++) {
        pool.run(steps);
        for (int i = 0; i < STEPS; i++) {
          assertEquals(run * UNITS, counts.get(i));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anErrorArrivesAndTheTeamGoesOn(int threads) {
    AtomicIntegerArray counts = new AtomicIntegerArray(1);
    try (WorkerPool<Object> pool = new WorkerPool<>(threads, Object::new, null)) {
      for (int run = 0; run < 3; run++) {
        List<WorkerPool.Step<Object>> failing =
            List.of(
                step(unit -> {
                  if (unit == 20) {
                    throw new IllegalArgumentException("unit 20");
                  }
                }),
                step(unit -> counts.incrementAndGet(0)));
        assertThrows(IllegalArgumentException.class, () -> pool.run(failing));
      }
      assertEquals(0, counts.get(0));
      pool.run(List.of(step(unit -> counts.incrementAndGet(0))));
      assertEquals(UNITS, counts.get(0));
    }
  }

  /** Its own in order, so that it reads memory in order; then what another has not come to. */
  @Test
  @Timeout(60)
  void aThreadTakesItsShareAndThenTheEndOfAnothers() {
    Thread caller = Thread.currentThread();
    CountDownLatch others = new CountDownLatch(UNITS - 2); // all but the caller's first chunk
    List<Integer> taken = Collections.synchronizedList(new ArrayList<>());
    try (WorkerPool<Object> pool = new WorkerPool<>(2, Object::new, null)) {
      pool.run(
          List.of(
              step(unit -> {
                if (Thread.currentThread() != caller) {
                  taken.add(unit);
                } else if (unit == 0) {
                  awaited(others);
                }
                others.countDown();
              })));
    }
    List<Integer> wanted = new ArrayList<>(IntStream.range(19, UNITS).boxed().toList());
    for (int unit = 17; unit > 2; unit -= 2) {
      wanted.addAll(List.of(unit, unit + 1));
    }
    assertEquals(wanted, taken.subList(0, wanted.size()));
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean allParked() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("chord-worker-"))
        .allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  @Timeout(60)
  void listsWithoutStepsEndToo() {
    AtomicIntegerArray counts = new AtomicIntegerArray(1);
    try (WorkerPool<Object> pool = new WorkerPool<>(3, Object::new, new Profile())) {
      for (int run = 0; run < 50; run++) {
        pool.run(List.of());
        pool.run(List.of(step(unit -> counts.incrementAndGet(0))));
      }
    }
    assertEquals(50 * UNITS, counts.get(0));
  }

  @Test
  @Timeout(60)
  void sleepersWake() {
    AtomicIntegerArray counts = new AtomicIntegerArray(1);
    try (WorkerPool<Object> pool = new WorkerPool<>(4, Object::new, null)) {
      for (int run = 0; run < 20; run++) {
        while (!allParked()) {
          Thread.onSpinWait();
        }
        pool.run(List.of(step(unit -> counts.incrementAndGet(0))));
      }
    }
    assertEquals(20 * UNITS, counts.get(0));
  }
}
