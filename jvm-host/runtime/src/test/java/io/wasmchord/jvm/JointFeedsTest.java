package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.Tasks.Task;
import io.wasmchord.model.Model;
import io.wasmchord.model.Model.Feed;
import io.wasmchord.model.Model.Wanted;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What threads wait to feed is computed in one batch. */
class JointFeedsTest {
  private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
  private LoadedModel loaded;
  private SharedModel model;

  @BeforeEach
  void load() {
    loaded = Setup.MAPPED.open(Setup.DEMO);
    model = new SharedModel(recording(loaded.model()));
  }

  @AfterEach
  void close() {
    loaded.close();
  }

  /** The same model, which notes how many sequences each batch has. */
  private Model recording(Model real) {
    return (Model)
        Proxy.newProxyInstance(
            Model.class.getClassLoader(),
            new Class<?>[] {Model.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("forward") && arguments[0] instanceof List<?> feeds) {
                batches.add(feeds.size());
              } else if (method.getName().equals("best")) {
                batches.add(1);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static int[] ids(int sequence, int count) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = 300 + (7 * i + 13 * sequence) % 200;
    }
    return ids;
  }

  private Feed feed(int sequence, int count) {
    return new Feed(ids(sequence, count), 0, model.newCache(200, KvType.F32), Wanted.LAST);
  }

  private float[] alone(int sequence, int count) {
    KvCache cache = model.newCache(200, KvType.F32);
    float[] logits = model.forward(ids(sequence, count), 0, cache, Wanted.LAST);
    model.release(cache);
    return logits;
  }

  /** Starts all, which wait until the turn is given up. */
  private <T> List<Task<T>> waiting(List<Callable<T>> work) {
    List<Task<T>> tasks = new ArrayList<>();
    try (Model.Turn _ = model.turn(RunControl.NONE)) {
      for (int i = 0; i < work.size(); i++) {
        tasks.add(Tasks.start(work.get(i)));
        int length = i + 1;
        Tasks.until(() -> model.turns().length() == length);
      }
    }
    return tasks;
  }

  @Test
  void feedsThatWaitAreOneBatchAndEachHasItsBits() throws Exception {
    List<Callable<float[]>> work = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Feed feed = feed(i, 3 + i);
      work.add(() -> model.forward(feed, RunControl.NONE));
    }
    List<Task<float[]>> tasks = waiting(work);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(alone(i, 3 + i), tasks.get(i).get(), 0f);
    }
    assertEquals(List.of(3), batches);
  }

  @Test
  void theMostLikelyTokensAreThoseOfSingleFeeds() throws Exception {
    List<Callable<Integer>> work = new ArrayList<>();
    int count = model.config().tokens();
    for (int i = 0; i < 3; i++) {
      Feed feed = feed(i, 2);
      work.add(() -> model.best(feed, count, RunControl.NONE).id());
    }
    List<Task<Integer>> tasks = waiting(work);
    for (int i = 0; i < 3; i++) {
      assertEquals(Model.Best.of(alone(i, 2), count).id(), tasks.get(i).get());
    }
    assertEquals(List.of(3), batches);
  }

  @Test
  void whatDoesNotFitIsAnotherBatch() throws Exception {
    List<Callable<float[]>> work = new ArrayList<>();
    int[] counts = {LoadedModel.BATCH - 1, 2, 1};
    for (int i = 0; i < 3; i++) {
      Feed feed = feed(i, counts[i]);
      work.add(() -> model.forward(feed, RunControl.NONE));
    }
    List<Task<float[]>> tasks = waiting(work);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(alone(i, counts[i]), tasks.get(i).get(), 0f);
    }
    assertEquals(List.of(2, 1), batches);
  }

  /** A position that the cache does not go on at. */
  @Test
  void aFeedThatFailsFailsAlone() throws Exception {
    List<Callable<float[]>> work = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Feed good = feed(i, 2);
      Feed feed = i == 1 ? new Feed(good.tokens(), 9, good.cache(), Wanted.LAST) : good;
      work.add(() -> model.forward(feed, RunControl.NONE));
    }
    List<Task<float[]>> tasks = waiting(work);
    assertArrayEquals(alone(0, 2), tasks.get(0).get(), 0f);
    tasks.get(1).failure(IllegalStateException.class);
    assertArrayEquals(alone(2, 2), tasks.get(2).get(), 0f);
  }

  @Test
  void whoGivesUpIsNotComputed() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    RunControl control =
        new RunControl() {
          @Override
          public boolean cancelled() {
            return stop.get();
          }
        };
    Feed first = feed(0, 2);
    Feed second = feed(1, 2);
    Task<float[]> stays;
    try (Model.Turn _ = model.turn(RunControl.NONE)) {
      Task<float[]> leaves = Tasks.start(() -> model.forward(first, control));
      Tasks.until(() -> model.turns().length() == 1);
      stays = Tasks.start(() -> model.forward(second, RunControl.NONE));
      Tasks.until(() -> model.turns().length() == 2);
      stop.set(true);
      leaves.failure(CancelledException.class);
    }
    assertArrayEquals(alone(1, 2), stays.get(), 0f);
    assertTrue(batches.contains(1) && !batches.contains(2));
  }
}
