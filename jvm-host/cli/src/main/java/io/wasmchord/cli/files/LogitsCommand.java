package io.wasmchord.cli.files;

import io.wasmchord.cli.options.ModelOptions;
import io.wasmchord.cli.terminal.WholeFile;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.Model;
import io.wasmchord.session.GreedyLogits;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Logits for comparison with other implementations. */
@Command(
    name = "logits",
    mixinStandardHelpOptions = true,
    description = {
      "Writes logits as raw little-endian float32 rows and prints the greedy ids.",
      "With --browser they are computed in Chromium."
    })
public final class LogitsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private LogitsOptions options = new LogitsOptions();

  @Override
  public Integer call() {
    WholeFile target = WholeFile.at(options.out());
    try (LoadedModel loaded =
        model.open(
            spec.commandLine().getErr(),
            builder ->
                builder.contextAtMost(
                    GreedyLogits.positions(options.tokens().size(), options.greedy())))) {
      int[] chosen = compute(loaded.model(), target);
      PrintWriter print = spec.commandLine().getOut();
      print.println(
          Arrays.stream(chosen).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
      print.flush();
      return 0;
    }
  }

  private int[] compute(Model m, WholeFile target) {
    int vocabulary = m.config().vocabulary();
    int[] ids = options.tokens().stream().mapToInt(Integer::intValue).toArray();
    List<int[]> chosen = new ArrayList<>();
    target.write(file -> chosen.add(compute(m, ids, vocabulary, file)));
    return chosen.getFirst();
  }

  private int[] compute(Model m, int[] ids, int vocabulary, OutputStream file) {
    int last = GreedyLogits.positions(ids.length, options.greedy()) - 1;
    return GreedyLogits.compute(
        m,
        ids,
        options.greedy(),
        model.kvCache(),
        (position, logits) -> {
          int rows = logits.length / vocabulary;
          if (options.positions() == LogitsOptions.Positions.ALL) {
            write(file, logits);
          } else if (position + rows > last) {
            write(file, Arrays.copyOfRange(logits, logits.length - vocabulary, logits.length));
          }
        });
  }

  private static void write(OutputStream out, float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    try {
      out.write(buffer.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
