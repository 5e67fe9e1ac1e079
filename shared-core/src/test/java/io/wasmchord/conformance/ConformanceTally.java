package io.wasmchord.conformance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts what passed of each command and prints a line when all cases have run. */
final class ConformanceTally {
  private final String backend;
  private final Map<String, int[]> counts = new LinkedHashMap<>(); // passed, all
  private int left;

  ConformanceTally(String backend, List<ConformanceCase> cases) {
    this.backend = backend;
    this.left = cases.size();
    cases.forEach(c -> counts.computeIfAbsent(c.op(), op -> new int[2])[1]++);
  }

  void count(ConformanceCase c, Runnable check) {
    try {
      check.run();
      counts.get(c.op())[0]++;
    } finally {
      if (--left == 0) {
        System.out.println("conformance of " + backend + ": " + this);
      }
    }
  }

  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue()[0] + "/" + e.getValue()[1])
        .collect(Collectors.joining(", "));
  }
}
