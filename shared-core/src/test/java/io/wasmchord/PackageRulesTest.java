package io.wasmchord;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PackageRulesTest {
  @Test
  void circlesAreFoundAndNothingElse() {
    Map<String, Set<String>> floors = Map.of("a", Set.of("b", "c"), "b", Set.of("c"));
    assertEquals(Map.of(), PackageRules.circles(floors));
    Map<String, Set<String>> three =
        Map.of("a", Set.of("b"), "b", Set.of("c", "d"), "c", Set.of("a"), "d", Set.of("e"));
    assertEquals(
        Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("a")), PackageRules.circles(three));
    assertEquals(
        Map.of("a", Set.of("a", "b"), "b", Set.of("a")),
        PackageRules.circles(Map.of("a", Set.of("a", "b"), "b", Set.of("a"))));
  }
}
