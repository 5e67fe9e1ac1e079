package io.wasmchord.cli.files;

import io.wasmchord.cli.options.ModelFileOptions;
import io.wasmchord.cli.options.NormalizationOptions;
import io.wasmchord.cli.terminal.Texts;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.MappedModel;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Text to tokens. */
@Command(
    name = "tokenize",
    mixinStandardHelpOptions = true,
    description = "Shows the tokens of a text.")
public final class TokenizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelFileOptions model = new ModelFileOptions();

  @Parameters(arity = "0..1", paramLabel = "TEXT", description = "The text.")
  private @Nullable String text;

  @Option(names = "--file", paramLabel = "F", description = "Read the text from a file.")
  private @Nullable Path file;

  @Option(names = "--ids", description = "Only the ids, on one line.")
  private boolean idsOnly;

  @Option(
      names = "--special",
      description = "Add the beginning of sequence, and read control tokens in the text as such.")
  private boolean special;

  @Mixin private NormalizationOptions normalization = new NormalizationOptions();

  @Override
  public Integer call() throws IOException {
    if ((text == null) == (file == null)) {
      throw new ParameterException(spec.commandLine(), "give either TEXT or --file F");
    }
    String input = file == null ? String.valueOf(text) : Texts.read(file);
    PrintWriter out = spec.commandLine().getOut();
    try (MappedModel opened = MappedModel.open(model.paths(spec.commandLine().getErr()))) {
      Tokenizer tokenizer =
          Tokenizers.of(opened.file().metadata(), normalization.chosen(), RunControl.NONE);
      int[] ids = tokenizer.encode(input, special, special);
      if (idsOnly) {
        out.println(Arrays.stream(ids).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
      } else {
        for (int id : ids) {
          out.println(id + "\t" + Texts.visible(tokenizer.piece(id)));
        }
      }
    }
    out.flush();
    return 0;
  }
}
