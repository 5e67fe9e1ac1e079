package io.wasmchord.e2e;

import static io.wasmchord.e2e.SplitLoads.digest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.wasmchord.browser.Chromium;
import io.wasmchord.e2e.FaultServer.Fault;
import io.wasmchord.e2e.FaultServer.Served;
import io.wasmchord.e2e.SplitLoads.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the network does to a download: it ends with the right bytes or a typed error, and goes on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultIT {
  private static final int RUNS = 320;
  private static final int AT_ONCE = 8;
  private static final int SILENT_MS = 3000;
  private static final int HASTY_MS = 250; // for many stalls
  private static final int CHUNK = 4 << 20;
  private static final int LENGTH = 2 * CHUNK + 1_234_567;
  private static final Set<String> TYPED =
      Set.of("network_error", "http_error", "truncated", "source_changed", "digest_mismatch");

  private Chromium chromium;
  private FaultServer server;
  private BrowserContext context;
  private Page page;
  private SplitLoads parts;
  private byte[] file;
  private byte[] smaller; // two chunks, for the many random runs

  @BeforeAll
  void start() {
    chromium = Chromium.shell();
    server = new FaultServer();
    context = chromium.browser().newContext();
    page = context.newPage();
    page.navigate(server.origin() + "/blank");
    parts = new SplitLoads(page, server.origin());
    file = new byte[LENGTH];
    new Random(7).nextBytes(file);
    smaller = Arrays.copyOf(file, CHUNK + 700_000);
  }

  @AfterAll
  void stop() {
    context.close();
    chromium.close();
    server.close();
  }

  private Map<String, Object> load(Served served, boolean cache, boolean known) {
    return parts.load(List.of(new Task(served, cache, known, SILENT_MS))).getFirst();
  }

  @Test
  void randomFaultsEndWithTheRightBytesOrATypedErrorAndTheNextAttemptGoesOn() {
    Map<String, Integer> ends = new HashMap<>();
    Map<Fault, Integer> met = new EnumMap<>(Fault.class);
    System.out.println("faults: seeds 0 to " + (RUNS - 1));
    for (int seed = 0; seed < RUNS; seed += AT_ONCE) {
      List<Task> tasks = new ArrayList<>();
      List<String> described = new ArrayList<>();
      for (int i = seed; i < seed + AT_ONCE; i++) {
        Random random = new Random(i);
        boolean cache = random.nextInt(4) > 0;
        boolean known = random.nextInt(3) == 0;
        Map<Integer, Fault> faults = faults(random, known);
        faults.values().forEach(fault -> met.merge(fault, 1, Integer::sum));
        Served served = server.add("run-" + i + ".gguf", smaller, faults, i);
        Task task = new Task(served, cache, known, HASTY_MS);
        tasks.add(faults.containsValue(Fault.STALL) ? task : task.patient());
        described.add("seed " + i + " " + faults);
      }
      run(tasks, described).forEach(end -> ends.merge(end, 1, Integer::sum));
    }
    System.out.println("faults met: " + met + "; first attempts: " + ends);
    assertTrue(ends.getOrDefault("loaded", 0) > RUNS / 2, ends.toString());
  }

  private static Map<Integer, Fault> faults(Random random, boolean known) {
    Map<Integer, Fault> faults = new HashMap<>();
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
      boolean fair =
          known ? fault != Fault.CHANGE : fault != Fault.CORRUPT; // else nobody could notice
      if (fair) {
        faults.put(random.nextInt(8), fault);
      }
    }
    return faults;
  }

  /** Downloads with faults and, of those that fail, others without; what the first came to. */
  private List<String> run(List<Task> tasks, List<String> described) {
    List<Map<String, Object>> first = parts.load(tasks);
    List<String> ends = new ArrayList<>();
    List<Task> failed = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      Served served = tasks.get(i).served();
      Map<String, Object> result = first.get(i);
      String what = described.get(i) + ": " + result;
      String end = (String) result.getOrDefault("code", "loaded");
      ends.add(end);
      if (end.equals("loaded")) {
        assertEquals(digest(served.content()), result.get("sha256"), what);
      } else {
        assertTrue(TYPED.contains(end), what);
        assertTrue(((String) result.get("message")).contains(served.url()), what);
        served.heal();
        failed.add(tasks.get(i).patient());
      }
    }
    List<Map<String, Object>> second = parts.load(failed);
    for (int i = 0; i < failed.size(); i++) {
      Served served = failed.get(i).served();
      String what = served.url() + ": " + second.get(i);
      assertEquals(digest(served.content()), second.get(i).get("sha256"), what);
    }
    tasks.stream().filter(Task::cache).forEach(task -> parts.forget(task.served()));
    return ends;
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CORRUPT", "CHANGE"},
      mode = EnumSource.Mode.EXCLUDE)
  void oneFaultInTheMiddleIsOvercome(Fault fault) {
    Served served = server.add("one-" + fault + ".gguf", file, Map.of(2, fault), 1);
    assertEquals(digest(file), load(served, true, false).get("sha256"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"TRICKLE", "RANGE_IGNORED", "GZIP", "CORRUPT", "CHANGE", "SHORT", "DROP", "STALL"},
      mode = EnumSource.Mode.EXCLUDE)
  void aFaultThatStaysIsATypedErrorAndTheNextAttemptAsksForTheRestOnly(Fault fault) {
    Map<Integer, Fault> faults = new HashMap<>();
    for (int i = 2; i < 60; i++) {
      faults.put(i, fault);
    }
    Served served = server.add("stays-" + fault + ".gguf", file, faults, 1);
    Map<String, Object> first = load(served, true, false);
    assertTrue(TYPED.contains(first.get("code")), first.toString());
    served.heal();
    long before = served.sent();
    Map<String, Object> second = load(served, true, false);
    assertEquals(digest(file), second.get("sha256"));
    long again = served.sent() - before;
    assertTrue(again < LENGTH + 65536, again + " bytes");
  }

  @Test
  void whatWasStoredIsNotFetchedAgain() {
    Served served = server.add("twice.gguf", file, Map.of(), 1);
    assertEquals(digest(file), load(served, true, true).get("sha256"));
    long before = served.sent();
    Map<String, Object> second = load(served, true, true);
    assertEquals(digest(file), second.get("sha256"));
    assertEquals(0, served.sent() - before);
    assertEquals(digest(file), load(served, true, false).get("sha256"));
    assertEquals(1, served.sent() - before); // asks whether the file is still the same
  }

  @Test
  void aChangedFileIsNoticedMidwayAndAtTheNextVisit() {
    Served served = server.add("changed.gguf", file, Map.of(2, Fault.CHANGE), 1);
    Map<String, Object> first = load(served, true, false);
    assertEquals("source_changed", first.get("code"), first.toString());
    assertEquals(digest(served.content()), load(served, true, false).get("sha256"));
    byte[] third = file.clone();
    third[5] ^= 1;
    served.content(third);
    Map<String, Object> last = load(served, true, false);
    assertEquals(digest(third), last.get("sha256"));
    assertTrue(last.get("notices").toString().contains("another file"), last.toString());
  }

  @Test
  void aRangeOfTheSameOriginIsAskedForConditionally() {
    Served served = server.add("conditional.gguf", file, Map.of(), 1);
    load(served, false, false);
    assertTrue(served.conditional() > 0 && served.conditional() == served.requests() - 1);
  }

  @Test
  void withoutETagNothingIsKeptThatCouldBeMixed() {
    Served served = server.add("tagless.gguf", file, Map.of(3, Fault.ERROR_500), 1);
    served.withoutValidators();
    assertEquals(digest(file), load(served, true, false).get("sha256"));
    byte[] other = file.clone();
    other[LENGTH - 1] ^= 1;
    served.content(other);
    assertEquals(digest(other), load(served, true, false).get("sha256"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileThatNothingDescribesIsComparedWithItsEndsBeforeItIsWhole(boolean cache) {
    Served served = server.add("bare-" + cache + ".gguf", file, Map.of(2, Fault.CHANGE), 1);
    served.withoutValidators();
    Map<String, Object> mixed = load(served, cache, false);
    assertEquals("source_changed", mixed.get("code"), mixed.toString());
    assertFalse(parts.has(served));
    assertEquals(digest(served.content()), load(served, cache, false).get("sha256"));
    assertEquals(cache, parts.has(served));
  }

  @Test
  void theEndsAreReadOnceMoreOnlyWhereNothingElseTells() {
    Served described = server.add("ends-described.gguf", file, Map.of(), 1);
    load(described, false, false);
    assertEquals(LENGTH, described.sent());
    Served bare = server.add("ends-bare.gguf", file, Map.of(), 1);
    bare.withoutValidators();
    load(bare, false, false);
    assertEquals(LENGTH + CHUNK + LENGTH % CHUNK, bare.sent());
    assertEquals(described.requests() + 2, bare.requests());
    Served known = server.add("ends-known.gguf", file, Map.of(), 1);
    known.withoutValidators();
    load(known, false, true);
    assertEquals(LENGTH, known.sent());
    Served one = server.add("ends-one.gguf", Arrays.copyOf(file, 60_000), Map.of(), 1);
    one.withoutValidators(); // came in one answer, which is of one version
    load(one, false, false);
    assertEquals(1, one.requests());
  }

  @ParameterizedTest
  @ValueSource(strings = {"etag", "etag whole", "date", "date whole", "bare", "bare whole"})
  void aFileThatWasReplacedIsFetchedAnewAtOnce(String kind) {
    int[][] sizes = {{60_000, 20_000}, {20_000, 60_000}, {LENGTH, CHUNK + 9}, {LENGTH, 30_000}};
    for (int[] size : sizes) {
      String name = "replaced-%s-%d-%d.gguf".formatted(kind.replace(' ', '-'), size[0], size[1]);
      Served served = server.add(name, Arrays.copyOf(file, size[0]), Map.of(), 1);
      if (!kind.startsWith("etag")) {
        served.withoutValidators();
      }
      if (kind.startsWith("date")) { // the same for both
        served.header("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT");
      }
      if (kind.endsWith("whole")) {
        served.ail(Fault.RANGE_IGNORED);
      }
      assertEquals(digest(served.content()), load(served, true, false).get("sha256"), name);
      byte[] other = Arrays.copyOfRange(file, 77, 77 + size[1]);
      served.content(other);
      Map<String, Object> result = load(served, true, false);
      assertEquals(digest(other), result.get("sha256"), name + result);
      assertTrue(parts.has(served), name);
    }
  }

  @Test
  void damagedBytesAreNoticedByTheGivenOrReportedDigest() {
    Served given = server.add("damaged.gguf", file, Map.of(2, Fault.CORRUPT), 3);
    assertEquals("digest_mismatch", load(given, true, true).get("code"));
    assertEquals(digest(file), load(given, true, true).get("checked"));
    Served reported = server.add("reported.gguf", file, Map.of(2, Fault.CORRUPT), 3);
    reported.header("X-Linked-ETag", "\"" + digest(file) + "\"");
    assertEquals("digest_mismatch", load(reported, true, false).get("code"));
    assertEquals(digest(file), load(reported, true, false).get("checked"));
  }

  @Test
  void aDamagedChunkInStorageIsFetchedAgain() {
    Served served = server.add("rotten.gguf", file, Map.of(), 1);
    load(served, true, false);
    damage(served);
    long before = served.sent();
    Map<String, Object> second = load(served, true, false);
    assertEquals(digest(file), second.get("sha256"));
    assertTrue(second.get("notices").toString().contains("damaged"), second.toString());
    assertEquals(CHUNK + 1, served.sent() - before);
  }

  /** Writes over bytes of the second chunk of a stored file. */
  private void damage(Served served) {
    Object size =
        page.evaluate(
            """
            async (url) => {
              const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(url)));
              const key = Array.from(hash, (b) => b.toString(16).padStart(2, '0')).join('').slice(0, 32);
              const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('wasm-chord');
              const handle = await folder.getFileHandle(`${key}.data`);
              const out = await handle.createWritable({ keepExistingData: true });
              await out.write({ type: 'write', position: 5000000, data: new Uint8Array([1, 2, 3]) });
              await out.close();
              return (await handle.getFile()).size;
            }
            """,
            served.url());
    assertEquals(LENGTH, ((Number) size).intValue());
  }

  @Test
  void aDigestOfTheWholeFileCountsNoMoreWhenAChunkWasDamaged() {
    Served served = server.add("spoiled.gguf", file, Map.of(), 1);
    assertEquals(digest(file), load(served, true, true).get("checked"));
    damage(served);
    Map<String, Object> second = load(served, true, true);
    assertEquals(digest(file), second.get("sha256"));
    assertNull(second.get("checked"));
    assertEquals(digest(file), load(served, true, true).get("checked"));
  }

  private Map<String, Object> offline(Served served) {
    parts.start(1);
    context.setOffline(true);
    try {
      return parts.started(List.of(new Task(served, true, false, SILENT_MS))).getFirst();
    } finally {
      context.setOffline(false);
    }
  }

  @Test
  void theNetworkMayGoAndComeBack() {
    Served served = server.add("offline.gguf", file, Map.of(), 1);
    assertEquals("network_error", offline(served).get("code"));
    assertEquals(digest(file), load(served, true, false).get("sha256"));
    assertEquals(digest(file), offline(served).get("sha256")); // it is in storage
  }
}
