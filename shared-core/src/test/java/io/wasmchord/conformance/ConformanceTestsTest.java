package io.wasmchord.conformance;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** A wrong bit is reported with its case and its place. */
class ConformanceTestsTest {
  private static List<DynamicTest> tests(List<DynamicContainer> groups) {
    return groups.stream()
        .flatMap(DynamicContainer::getChildren)
        .map(DynamicTest.class::cast)
        .toList();
  }

  @Test
  void theFirstDifferenceOfACaseIsShown() {
    List<DynamicTest> tests =
        tests(
            ConformanceTests.of(
                "a broken backend",
                ConformanceSuite.cases("add"),
                ConformanceTests.subject(c -> {
                  float[] values = ConformanceTests.scalar(c);
                  if (c.name().equals("add [3, 64]")) {
                    values[70] = Math.nextUp(values[70]);
                    values[100] = Rig.SENTINEL;
                  }
                  return values;
                })));
    assertEquals(ConformanceSuite.cases("add").size(), tests.size());
    for (DynamicTest test : tests) {
      if (test.getDisplayName().equals("add [3, 64]")) {
        String message =
            assertThrows(AssertionFailedError.class, () -> test.getExecutable().execute())
                .getMessage();
        assertTrue(
            message.startsWith(
                "a broken backend, case 'add [3, 64]': 2 of 320 values differ, first value 70:"),
            message);
      } else {
        assertDoesNotThrow(test.getExecutable());
      }
    }
  }

  @Test
  void everyCommandIsAGroup() {
    List<String> ops =
        ConformanceSuite.cases().stream().map(ConformanceCase::op).distinct().toList();
    assertTrue(ops.containsAll(List.of("matmul", "embed", "rmsNorm", "rope", "gate")), "" + ops);
  }
}
