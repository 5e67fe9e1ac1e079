package io.wasmchord.cli.files;

import io.wasmchord.cli.options.ModelFileOptions;
import io.wasmchord.jvm.MappedModel;
import io.wasmchord.session.Requirements;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tokens to text. */
@Command(
    name = "detokenize",
    mixinStandardHelpOptions = true,
    description = "Shows the text of tokens.")
public final class DetokenizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelFileOptions model = new ModelFileOptions();

  @Parameters(arity = "1..*", paramLabel = "ID", description = "Token ids.")
  private List<Integer> ids = List.of();

  @Option(names = "--special", description = "Show control tokens too.")
  private boolean special;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (MappedModel opened = MappedModel.open(model.paths(spec.commandLine().getErr()))) {
      Tokenizer tokenizer = Tokenizers.of(opened.file().metadata());
      int[] array = ids.stream().mapToInt(Integer::intValue).toArray();
      Requirements.tokens(array, tokenizer.size());
      tokenizer.decode(array, special, out::print);
      out.println();
    }
    out.flush();
    return 0;
  }
}
