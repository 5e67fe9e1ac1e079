package io.wasmchord.benchmarks;

import io.wasmchord.cli.CommandRunner;
import io.wasmchord.cli.bench.Machine;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.jvm.MappedWeights;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chord bench --tokenizer}: text to tokens, in megabytes a second. */
@Command(
    name = "chord bench --tokenizer",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how fast text becomes tokens: a file of yours, and texts that are made to be slow.",
      "The last column is the time of the whole text by that of its first half: 2 where time is linear."
    })
public final class TokenizerBenchmarks implements Callable<Integer> {
  private static final int LENGTH = 1 << 20;
  private static final int ROUNDS = 6;

  @Option(names = "--tokenizer", description = "Measure tokenizers (always so in this command).")
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private boolean tokenizer;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description = "The GGUF file; without it the embedded demo model.")
  private Path model = Path.of(System.getProperty("chord.demoModel", ""));

  @Option(names = "--text", paramLabel = "F", description = "A text of yours.")
  private @Nullable Path text;

  public static void main(String[] args) {
    System.exit(CommandRunner.run(new TokenizerBenchmarks(), args));
  }

  @Override
  public Integer call() throws IOException {
    System.out.printf("machine  %s%n%n", Machine.describe());
    System.out.printf("%-18s %10s %10s %8s%n", "", "MB/s", "tokens", "of half");
    try (MappedWeights file = MappedWeights.open(model)) {
      Tokenizer measured =
          Tokenizers.of(
              GgufReader.parse(file.view(0, file.size()), file.size(), file.name()).metadata());
      texts().forEach((name, content) -> measure(measured, name, content));
    }
    return 0;
  }

  private Map<String, String> texts() throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    if (text != null) {
      texts.put("your text", Files.readString(text));
    }
    Random random = new Random(5);
    byte[] bytes = new byte[LENGTH];
    random.nextBytes(bytes);
    StringBuilder word = new StringBuilder();
    while (word.length() < LENGTH) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    texts.put("the letter a", "a".repeat(LENGTH));
    texts.put("spaces", " ".repeat(LENGTH));
    texts.put("line ends", "\n ".repeat(LENGTH / 2));
    texts.put("one random word", word.toString());
    texts.put("random bytes", new String(bytes, StandardCharsets.UTF_8));
    return texts;
  }

  private static void measure(Tokenizer tokenizer, String name, String text) {
    double seconds = bestSeconds(tokenizer, text);
    System.out.printf(
        Locale.ROOT,
        "%-18s %10.2f %10d %8.2f%n",
        name,
        text.getBytes(StandardCharsets.UTF_8).length / seconds / 1e6,
        tokenizer.encode(text, false, true).length,
        seconds / bestSeconds(tokenizer, text.substring(0, text.length() / 2)));
  }

  private static double bestSeconds(Tokenizer tokenizer, String text) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      tokenizer.encode(text, false, true);
      best = Math.min(best, System.nanoTime() - start);
    }
    return best / 1e9;
  }
}
