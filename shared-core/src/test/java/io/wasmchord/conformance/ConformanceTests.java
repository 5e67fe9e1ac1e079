package io.wasmchord.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;

/**
 * The suite as JUnit's tests: one for each case, in a group for each command. {@code
 * -Dchord.conformance=TEXT} runs the cases whose names contain the text.
 */
public final class ConformanceTests {
  /** Where the digests of the scalar backend's results are recorded. */
  public static final String DIGESTS = "/conformance/digests.tsv";

  private static final String FILTER = "chord.conformance";

  private ConformanceTests() {}

  /** A backend, as the suite sees it. */
  public interface Subject {
    /** The digest of what a case gives. */
    String digest(ConformanceCase c);

    /** All values that a case gives; asked for where the digest is not the recorded one. */
    float[] values(ConformanceCase c);

    /** Whether the backend computes with weights of this format; other cases are not its own. */
    default boolean supports(TensorType weights) {
      return true;
    }
  }

  /** A backend in this process, which runs a case and returns its values. */
  public static Subject subject(Function<ConformanceCase, float[]> runs) {
    return subject(runs, weights -> true);
  }

  /** The same of a backend that does not compute with every format. */
  public static Subject subject(
      Function<ConformanceCase, float[]> runs, Predicate<TensorType> supports) {
    return new Subject() {
      @Override
      public boolean supports(TensorType weights) {
        return supports.test(weights);
      }

      @Override
      public String digest(ConformanceCase c) {
        return Digest.of(runs.apply(c));
      }

      @Override
      public float[] values(ConformanceCase c) {
        return runs.apply(c);
      }
    };
  }

  /** What the cases' names must contain; empty for all. */
  public static String filter() {
    return System.getProperty(FILTER, "");
  }

  /** The cases that were asked for. */
  public static List<ConformanceCase> chosen() {
    List<ConformanceCase> cases = ConformanceSuite.cases(filter());
    if (cases.isEmpty()) {
      throw new IllegalArgumentException(
          "no conformance case has a name with '" + filter() + "' in it (-D" + FILTER + ")");
    }
    return cases;
  }

  /** Digests by name of the case. */
  public static Map<String, String> recorded() {
    try (InputStream in = ConformanceTests.class.getResourceAsStream(DIGESTS)) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return parse(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines of name, tab, digest. */
  public static Map<String, String> parse(String lines) {
    Map<String, String> digests = new LinkedHashMap<>();
    lines
        .lines()
        .map(line -> line.split("\t", 2))
        .forEach(fields -> digests.put(fields[0], fields[1]));
    return digests;
  }

  /**
   * Compares every chosen case with the record.
   *
   * @param backend its name, for messages
   * @return a group of tests for each command
   */
  public static List<DynamicContainer> of(String backend, Subject subject) {
    return of(
        backend, chosen().stream().filter(c -> subject.supports(c.weights())).toList(), subject);
  }

  /** Compares some of the cases with the record. */
  public static List<DynamicContainer> of(
      String backend, List<ConformanceCase> cases, Subject subject) {
    Map<String, String> recorded = recorded();
    ConformanceTally tally = new ConformanceTally(backend, cases);
    return cases.stream()
        .collect(
            Collectors.groupingBy(ConformanceCase::op, LinkedHashMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .map(op ->
            DynamicContainer.dynamicContainer(
                op.getKey(),
                op.getValue().stream()
                    .map(c ->
                        DynamicTest.dynamicTest(
                            c.name(),
                            () ->
                                tally.count(
                                    c,
                                    () -> compare(backend, c, recorded.get(c.name()), subject))))))
        .toList();
  }

  private static void compare(String backend, ConformanceCase c, String recorded, Subject subject) {
    String digest = subject.digest(c);
    if (digest.equals(recorded)) {
      return;
    }
    String where = backend + ", case '" + c.name() + "': ";
    float[] expected = scalar(c);
    if (!Digest.of(expected).equals(recorded)) {
      fail(
          where
              + "the scalar backend gives "
              + Digest.of(expected)
              + ", recorded is "
              + recorded
              + ": a change of the contract is recorded with -Dchord.updateDigests");
    }
    fail(where + difference(expected, subject.values(c)));
  }

  /** What the scalar backend gives: the meaning of the case. */
  public static float[] scalar(ConformanceCase c) {
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
        HeapAllocator weights = new HeapAllocator()) {
      return c.body().run(new Rig(backend, weights));
    }
  }

  /** Says where two results differ first and in how many places. */
  static String difference(float[] expected, float[] actual) {
    if (expected.length != actual.length) {
      return actual.length + " values in place of " + expected.length;
    }
    int first = -1;
    int count = 0;
    for (int i = 0; i < expected.length; i++) {
      boolean same =
          Float.floatToRawIntBits(expected[i]) == Float.floatToRawIntBits(actual[i])
              || (Float.isNaN(expected[i]) && Float.isNaN(actual[i]));
      if (!same) {
        first = first < 0 ? i : first;
        count++;
      }
    }
    return first < 0
        ? "the digests differ, but a second run gives the expected bits"
        : count
            + " of "
            + expected.length
            + " values differ, first value "
            + first
            + ": expected "
            + bits(expected[first])
            + ", is "
            + bits(actual[first]);
  }

  private static String bits(float value) {
    String sentinel = value == Rig.SENTINEL ? ", the sentinel" : "";
    return value + " (0x" + Integer.toHexString(Float.floatToRawIntBits(value)) + sentinel + ")";
  }
}
