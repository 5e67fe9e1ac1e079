package io.wasmchord.tokenizer;

import io.wasmchord.model.UnsupportedModelException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Cuts a text into the words in which BPE merges. Each is defined by regular expressions in
 * llama.cpp's {@code llama-vocab.cpp}; here they are scanners, because the browser's class library
 * knows no Unicode categories in expressions. Several stages cut one after the other: what a stage
 * does not match stays in one piece between its matches.
 */
enum PreTokenizer {
  DEFAULT(
      false,
      false,
      Scanners::punctuationRun,
      Scanners::gpt2,
      Scanners::numberRun,
      Scanners::threeDigits),
  GPT_2(false, false, Scanners::gpt2),
  LLAMA_BPE(true, true, (text, at, end) -> Scanners.llama3(text, at, end, 3)),
  QWEN2(false, false, (text, at, end) -> Scanners.llama3(text, at, end, 1)),
  SMOLLM(false, false, Scanners::oneNumber, Scanners::gpt2);

  /** One regular expression. */
  @FunctionalInterface
  interface Scanner {
    /** The end of the match that begins at {@code at}, or {@code at} if there is none. */
    int match(int[] text, int at, int end);
  }

  private final boolean addsBos;
  private final boolean ignoresMerges;
  private final List<Scanner> stages;

  PreTokenizer(boolean addsBos, boolean ignoresMerges, Scanner... stages) {
    this.addsBos = addsBos;
    this.ignoresMerges = ignoresMerges;
    this.stages = List.of(stages);
  }

  static PreTokenizer byName(String name) {
    return switch (name) {
      case "default" -> DEFAULT;
      case "gpt-2" -> GPT_2;
      case "llama-bpe", "llama3", "llama-v3" -> LLAMA_BPE;
      case "qwen2" -> QWEN2;
      case "smollm" -> SMOLLM;
      default ->
          throw new UnsupportedModelException(
              "tokenizer.ggml.pre is '"
                  + name
                  + "'; this version knows default, gpt-2, llama-bpe, qwen2 and smollm");
    };
  }

  /**
   * Whether models with this pre-tokenizer begin sequences with BOS unless the file says otherwise.
   */
  boolean addsBos() {
    return addsBos;
  }

  /** Whether a word that is a token as a whole is taken as it is. */
  boolean ignoresMerges() {
    return ignoresMerges;
  }

  /** Hands the words of {@code text} to {@code words} in order. */
  void split(String text, Consumer<String> words) {
    int[] points = text.codePoints().toArray();
    int[] cuts = {0, points.length}; // word i is cuts[i] to cuts[i + 1]
    for (Scanner stage : stages) {
      IntList finer = new IntList();
      finer.add(0);
      for (int i = 0; i + 1 < cuts.length; i++) {
        cut(stage, points, cuts[i], cuts[i + 1], finer);
      }
      cuts = finer.toArray();
    }
    for (int i = 0; i + 1 < cuts.length; i++) {
      words.accept(new String(points, cuts[i], cuts[i + 1] - cuts[i]));
    }
  }

  private static void cut(Scanner stage, int[] points, int from, int to, IntList cuts) {
    int begin = from; // of what has not matched yet
    for (int at = from; at < to; ) {
      int end = stage.match(points, at, to);
      if (end == at) {
        at++;
        continue;
      }
      if (begin < at) {
        cuts.add(at);
      }
      cuts.add(end);
      begin = end;
      at = end;
    }
    if (begin < to) {
      cuts.add(to);
    }
  }
}
