package io.wasmchord.tokenizer;

import static java.util.Map.entry;

import io.wasmchord.model.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * How text is cut into pieces before byte pairs are joined; no token reaches over the edge of a
 * piece. Names and expressions are those of llama.cpp (llama-vocab.cpp).
 *
 * @param splitters applied one after the other, each to every piece of the one before
 * @param wholePieces whether a piece that is a token is taken at once, whatever its merges say
 * @param addsBos whether the model wants its beginning-of-sequence token, where the file does not
 *     say
 */
record PreTokenizer(List<Splitter> splitters, boolean wholePieces, boolean addsBos) {
  /** Takes the pieces, in order, as ranges of code points. */
  @FunctionalInterface
  interface Pieces {
    void accept(int from, int to);
  }

  private static final IntPredicate NUMBER = category(UnicodeCategory.NUMBER);
  private static final IntPredicate LETTER = category(UnicodeCategory.LETTER);
  private static final IntPredicate PUNCTUATION = category(UnicodeCategory.PUNCTUATION);

  private static final Splitter NEWLINES = Splitter.each(c -> c == '\r' || c == '\n');

  /** U+0800 to U+9FA5 and U+AC00 to U+D7FF, as DeepSeek's expressions have it. */
  private static final IntPredicate DEEPSEEK_IDEOGRAPH =
      new CodePointSet("\u0800\u9FA5\uAC00\uD7FF");

  /** {@code [!-/:-~]} and its wide forms, quotation marks and ideographic signs. */
  private static final IntPredicate DEEPSEEK_SIGN =
      new CodePointSet("!/:~\u2018\u201F\u3000\u3002\uFF01\uFF0F\uFF1A\uFF5E");

  private static final IntPredicate DEEPSEEK_LETTER =
      new CodePointSet(
          "AZaz\u00B5\u00B5\u00C0\u00D6\u00D8\u00F6\u00F8\u01BA\u01BC\u01BF\u01C4\u0293\u0295\u02AF\u0370\u0373"
              + "\u0376\u0376\u0377\u0377\u037B\u037D\u037F\u037F\u0386\u0386\u0388\u038A\u038C\u038C\u038E\u03A1"
              + "\u03A3\u03F5\u03F7\u0481\u048A\u052F\u0531\u0556\u10A0\u10C5\u13A0\u13F5\u13F8\u13FD\u1C90\u1CBA"
              + "\u1CBD\u1CBF\u1D00\u1D2B\u1D6B\u1D77\u1D79\u1D9A\u1E00\u1F15\u1F18\u1F1D\u1F20\u1F45\u1F48\u1F4D"
              + "\u1F50\u1F57\u1F59\u1F59\u1F5B\u1F5B\u1F5D\u1F5D\u1F5F\u1F7D\u1F80\u1FB4\u1FB6\u1FBC\u1FBE\u1FBE"
              + "\u1FC2\u1FC4\u1FC6\u1FCC\u1FD0\u1FD3\u1FD6\u1FDB\u1FE0\u1FEC\u1FF2\u1FF4\u1FF6\u1FFC\u2102\u2102"
              + "\u2107\u2107\u210A\u2113\u2115\u2115\u2119\u211D\u2124\u2124\u2126\u2126\u2128\u2128\u212A\u212D"
              + "\u212F\u2134\u2139\u2139\u213C\u213F\u2145\u2149\u214E\u214E\u2183\u2183\u2184\u2184\u2C00\u2C7B"
              + "\u2C7E\u2CE4\u2CEB\u2CEE\u2CF2\u2CF2\u2CF3\u2CF3\uA640\uA66D\uA680\uA69B\uA722\uA76F\uA771\uA787"
              + "\uA78B\uA78E\uAB70\uABBF\uFB00\uFB06\uFB13\uFB17\uFF21\uFF3A\uFF41\uFF5A\uD801\uDC00\uD801\uDC4F"
              + "\uD801\uDCB0\uD801\uDCD3\uD801\uDCD8\uD801\uDCFB\uD803\uDC80\uD803\uDCB2\uD803\uDCC0\uD803\uDCF2"
              + "\uD806\uDCA0\uD806\uDCDF\uD83A\uDD00\uD83A\uDD43");

  private static final PreTokenizer GPT2 = of(WordSplitter.gpt2());
  private static final PreTokenizer LLAMA3 =
      new PreTokenizer(List.of(WordSplitter.llama3(3)), true, true);
  private static final PreTokenizer LLAMA3_MERGING = of(WordSplitter.llama3(3));
  private static final PreTokenizer QWEN2 = of(WordSplitter.llama3(1));
  private static final PreTokenizer SMOLLM = of(Splitter.each(NUMBER), WordSplitter.gpt2());
  private static final PreTokenizer DEFAULT =
      of(
          Splitter.run(PUNCTUATION.or(c -> "$+<=>^~|".indexOf(c) >= 0)),
          WordSplitter.gpt2(),
          Splitter.run(NUMBER),
          Splitter.threeDigits());
  private static final PreTokenizer DEEPSEEK_LLM =
      of(
          NEWLINES,
          Splitter.spacedRun(DEEPSEEK_LETTER),
          Splitter.spacedRun(DEEPSEEK_SIGN),
          Splitter.trailingSpace(),
          Splitter.run(DEEPSEEK_IDEOGRAPH),
          Splitter.run(NUMBER));
  private static final PreTokenizer DEEPSEEK_CODER =
      of(
          NEWLINES,
          Splitter.spacedRun(LETTER),
          Splitter.spacedRun(PUNCTUATION),
          Splitter.run(DEEPSEEK_IDEOGRAPH),
          Splitter.each(NUMBER));

  private static final Map<String, PreTokenizer> BY_NAME =
      Map.ofEntries(
          entry("default", DEFAULT),
          entry("gpt-2", GPT2),
          entry("phi-2", GPT2),
          entry("olmo", GPT2),
          entry("mpt", GPT2),
          entry("exaone4", GPT2),
          entry("trillion", GPT2),
          entry("granite-docling", GPT2),
          entry("llama-bpe", LLAMA3),
          entry("llama3", LLAMA3),
          entry("llama-v3", LLAMA3),
          entry("falcon3", LLAMA3),
          entry("falcon-h1", LLAMA3),
          entry("lfm2", LLAMA3),
          entry("dbrx", LLAMA3_MERGING),
          entry("smaug-bpe", LLAMA3_MERGING),
          entry("glm4", LLAMA3_MERGING),
          entry("chatglm-bpe", LLAMA3_MERGING),
          entry("qwen2", QWEN2),
          entry("deepseek-r1-qwen", QWEN2),
          entry("stablelm2", QWEN2),
          entry("hunyuan", QWEN2),
          entry("megrez", QWEN2),
          entry("smollm", SMOLLM),
          entry("starcoder", SMOLLM),
          entry("refact", SMOLLM),
          entry("command-r", SMOLLM),
          entry("codeshell", SMOLLM),
          entry("exaone", SMOLLM),
          entry("minerva-7b", SMOLLM),
          entry("deepseek-llm", DEEPSEEK_LLM),
          entry("deepseek-coder", DEEPSEEK_CODER));

  private static PreTokenizer of(Splitter... splitters) {
    return new PreTokenizer(List.of(splitters), false, false);
  }

  private static IntPredicate category(UnicodeCategory category) {
    return c -> UnicodeCategory.of(c) == category;
  }

  /**
   * The pre-tokenizer that a file calls {@code name}.
   *
   * @throws UnsupportedModelException when there is none
   */
  static PreTokenizer named(String name) {
    PreTokenizer found = BY_NAME.get(name);
    if (found == null) {
      throw new UnsupportedModelException(
          "tokenizer.ggml.pre is \"%s\", which is not supported; supported are: %s"
              .formatted(
                  name, BY_NAME.keySet().stream().sorted().collect(Collectors.joining(", "))));
    }
    return found;
  }

  void split(CodePoints text, Pieces pieces) {
    split(text, 0, 0, text.size(), pieces);
  }

  private void split(CodePoints text, int stage, int from, int to, Pieces pieces) {
    if (stage == splitters.size()) {
      pieces.accept(from, to);
      return;
    }
    for (int at = from; at < to; ) {
      int end = splitters.get(stage).end(text, at, to);
      split(text, stage + 1, at, end, pieces);
      at = end;
    }
  }
}
