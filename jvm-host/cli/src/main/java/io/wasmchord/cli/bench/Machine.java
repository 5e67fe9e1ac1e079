package io.wasmchord.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a benchmark says of the machine it ran on. */
public final class Machine {
  private static final int LONGS = 1 << 24; // 128 MiB a thread: larger than any cache
  private static final int PASSES = 12;

  private Machine() {}

  /** The processor's name and the number of cores. */
  public static String describe() {
    String cpu = System.getProperty("os.arch");
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      cpu =
          lines
              .filter(l -> l.startsWith("model name"))
              .map(l -> l.substring(l.indexOf(':') + 1).strip())
              .findFirst()
              .orElse(cpu);
    } catch (IOException e) {
      return cpu + ", " + Runtime.getRuntime().availableProcessors() + " cores";
    }
    return cpu + ", " + Runtime.getRuntime().availableProcessors() + " cores";
  }

  /** Bytes a second that {@code threads} threads read from memory, best of several passes. */
  public static double readBandwidth(int threads) {
    long[][] blocks = new long[threads][LONGS];
    for (long[] block : blocks) {
      Arrays.fill(block, 1);
    }
    long best = Long.MAX_VALUE;
    long sum = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      long start = System.nanoTime();
      sum += IntStream.range(0, threads).parallel().mapToLong(t -> sum(blocks[t])).sum();
      best = Math.min(best, System.nanoTime() - start);
    }
    if (sum != (long) PASSES * threads * LONGS) {
      throw new IllegalStateException("memory returned other values than were written");
    }
    return 8.0 * LONGS * threads / (best / 1e9);
  }

  private static long sum(long[] values) {
    long sum = 0;
    for (long value : values) {
      sum += value; // left simple, so that the compiler makes vectors of it
    }
    return sum;
  }
}
