package io.wasmchord.jvm;

import io.wasmchord.backend.KvCache;
import io.wasmchord.model.Model;
import io.wasmchord.sampling.Sampler;
import io.wasmchord.session.InvalidRequestException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Logits for comparison with other implementations. */
@Command(
    name = "logits",
    mixinStandardHelpOptions = true,
    description = {
      "Writes logits as raw little-endian float32 rows and prints the greedy ids.",
      "With --browser they are computed in Chromium."
    })
final class LogitsCommand implements Callable<Integer> {
  /** Which rows are written. */
  enum Positions {
    ALL,
    LAST
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(names = "--tokens", required = true, split = ",", paramLabel = "ID", description = "Token ids, separated by commas.")
  private List<Integer> tokens = List.of();

  @Option(names = "--greedy", defaultValue = "0", paramLabel = "N", description = "Feed back N greedy tokens.")
  private int greedy;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the rows go.")
  private Path out = Path.of("");

  @Option(names = "--positions", defaultValue = "all", description = "all: a row per position; last: one row.")
  private Positions positions = Positions.ALL;

  @Override
  public Integer call() throws IOException {
    try (LoadedModel loaded = model.open(spec.commandLine().getErr())) {
      int[] chosen = compute(loaded.model());
      PrintWriter print = spec.commandLine().getOut();
      print.println(Arrays.stream(chosen).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
      print.flush();
      return 0;
    }
  }

  private int[] compute(Model m) throws IOException {
    int total = tokens.size() + Math.max(0, greedy - 1);
    if (greedy < 0 || total > m.config().contextLength()) {
      throw new InvalidRequestException(
          tokens.size() + " tokens and " + greedy + " greedy ones; the model takes up to " + m.config().contextLength());
    }
    int[] sequence = Arrays.copyOf(tokens.stream().mapToInt(Integer::intValue).toArray(), tokens.size() + greedy);
    for (int id : sequence) {
      if (id < 0 || id >= m.config().vocabulary()) {
        throw new InvalidRequestException("there is no token " + id + "; ids are 0 to " + (m.config().vocabulary() - 1));
      }
    }
    KvCache cache = m.newCache(total);
    float[] last = new float[0];
    try (OutputStream rows = new BufferedOutputStream(Files.newOutputStream(out))) {
      for (int at = 0; at < total; ) {
        int n = at < tokens.size() ? Math.min(m.maxBatch(), tokens.size() - at) : 1;
        float[] logits = m.forward(Arrays.copyOfRange(sequence, at, at + n), at, cache, Model.Wanted.ALL);
        at += n;
        last = Arrays.copyOfRange(logits, logits.length - m.config().vocabulary(), logits.length);
        if (positions == Positions.ALL) {
          write(rows, logits);
        }
        if (at >= tokens.size() && at - tokens.size() < greedy) {
          Sampler.check(last, at);
          sequence[at] = Sampler.argmax(last);
        }
      }
      if (positions == Positions.LAST) {
        write(rows, last);
      }
    }
    return Arrays.copyOfRange(sequence, tokens.size(), sequence.length);
  }

  private static void write(OutputStream out, float[] values) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    out.write(buffer.array());
  }
}
