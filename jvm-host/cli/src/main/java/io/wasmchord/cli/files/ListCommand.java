package io.wasmchord.cli.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.wasmchord.cli.options.CacheOptions;
import io.wasmchord.cli.terminal.Progress;
import io.wasmchord.cli.terminal.Texts;
import io.wasmchord.errors.ChordException;
import io.wasmchord.jvm.MappedModel;
import io.wasmchord.jvm.download.DownloadCache;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the models in the cache. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the downloaded models: name, size, architecture, the type of most weights, and the",
      "address that -m takes. chord cache deletes them."
    })
public final class ListCommand implements Callable<Integer> {
  private static final String OTHER_SPLIT = "-(?!00001)\\d{5}-of-\\d{5}\\.gguf$";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CacheOptions options = new CacheOptions();

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  /**
   * A model in the cache.
   *
   * @param name the file's, as its address has it
   * @param note why it cannot be used, or empty
   */
  record Row(
      String name, long bytes, String architecture, String type, String address, String note) {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Row> rows = rows(options.cache());
    if (json) {
      ArrayNode all = new ObjectMapper().valueToTree(rows);
      out.println(all.toPrettyString());
    } else if (rows.isEmpty()) {
      out.println("no model is in " + options.directory() + "; chord pull ADDRESS gets one");
    } else {
      print(rows, out);
    }
    out.flush();
    return 0;
  }

  private List<Row> rows(DownloadCache cache) {
    List<Row> rows = new ArrayList<>();
    for (DownloadCache.Entry entry : cache.list()) {
      if (!entry.name().matches(".*" + OTHER_SPLIT)) {
        rows.add(row(entry));
      }
    }
    return rows;
  }

  private Row row(DownloadCache.Entry entry) {
    String name = entry.name().replaceFirst("^[0-9a-f]{12}-", "");
    if (!entry.complete()) {
      return new Row(name, entry.bytes(), "", "", entry.url(), part(entry));
    }
    try {
      Path first = options.directory().resolve(entry.name());
      FileSummary summary = FileSummary.of(MappedModel.splits(first));
      return new Row(
          name, summary.bytes(), summary.architecture(), summary.quantization(), entry.url(), "");
    } catch (ChordException e) {
      return new Row(name, entry.bytes(), "", "", entry.url(), e.code());
    }
  }

  private static String part(DownloadCache.Entry entry) {
    return entry.total() > 0
        ? String.format(Locale.ROOT, "%d%% is here", 100 * entry.bytes() / entry.total())
        : "a part is here";
  }

  private static void print(List<Row> rows, PrintWriter out) {
    int name = Math.max(4, rows.stream().mapToInt(row -> row.name().length()).max().orElse(0));
    String line = "%-" + name + "s  %9s  %-14s  %-8s  %s%n";
    out.printf(line, "NAME", "SIZE", "ARCHITECTURE", "TYPE", "ADDRESS");
    for (Row row : rows) {
      String note = row.note().isEmpty() ? "" : " (" + row.note() + ")";
      out.printf(
          line,
          row.name(),
          Progress.bytes(row.bytes()),
          row.architecture(),
          row.type(),
          Texts.visible(row.address()) + note);
    }
  }
}
