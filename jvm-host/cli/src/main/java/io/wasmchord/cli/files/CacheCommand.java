package io.wasmchord.cli.files;

import io.wasmchord.cli.options.CacheOptions;
import io.wasmchord.cli.terminal.Progress;
import io.wasmchord.jvm.FileException;
import io.wasmchord.jvm.download.DownloadCache;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows and deletes downloaded models. */
@Command(
    name = "cache",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | delete | clear)",
    description = "Shows and deletes downloaded models.")
public final class CacheCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows what is kept, how much of it is here, and where it is from.")
  int list(@Mixin CacheOptions options) {
    PrintWriter out = spec.commandLine().getOut();
    DownloadCache cache = options.cache();
    for (DownloadCache.Entry entry : cache.list()) {
      String state =
          entry.complete()
              ? ""
              : entry.total() > 0
                  ? String.format(Locale.ROOT, " (%d%%)", 100 * entry.bytes() / entry.total())
                  : " (part)";
      out.println(entry.name() + "  " + Progress.bytes(entry.bytes()) + state + "  " + entry.url());
    }
    out.println(Progress.bytes(cache.size()) + " in " + options.directory());
    out.flush();
    return 0;
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = "Deletes a file, or what has come of it.")
  int delete(
      @Mixin CacheOptions options,
      @Parameters(paramLabel = "NAME", description = "A name as list shows it.") String name) {
    if (!options.cache().delete(name)) {
      throw new FileException(
          options.directory() + " keeps no " + name + "; chord cache list shows what it keeps");
    }
    return 0;
  }

  @Command(
      name = "clear",
      mixinStandardHelpOptions = true,
      description = "Deletes all downloaded models.")
  int clear(@Mixin CacheOptions options) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(options.cache().clear() + " deleted");
    out.flush();
    return 0;
  }
}
