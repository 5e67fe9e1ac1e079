package io.wasmchord.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What the command line has before any command. */
@Command(
    name = "chord",
    mixinStandardHelpOptions = true,
    version = "wasm-chord 0.1.0",
    description = "Runs GGUF language models.")
class ChordRoot {
  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces.")
  @SuppressWarnings("UnusedVariable") // the runner looks for it, also where parsing fails
  private boolean debug;
}
