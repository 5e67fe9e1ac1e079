package io.wasmchord.tokenizer;

import io.wasmchord.model.UnsupportedModelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * How text is cut into pieces before byte pairs are joined; no token reaches over the edge of a
 * piece. Names and expressions are those of llama.cpp (llama-vocab.cpp). As in llama.cpp, a file
 * that names one that is not known is refused, as its text would be cut in a way that the model has
 * never seen; a file that names none gets {@code default}.
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
  private static final IntPredicate PUNCTUATION = category(UnicodeCategory.PUNCTUATION);

  /** What ends no word in the expression of Poro, Bloom and Viking. */
  private static final IntPredicate PORO_LETTER =
      category(UnicodeCategory.WHITESPACE)
          .or(c -> "(|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)".indexOf(c) >= 0)
          .negate();

  private static final Splitter NEWLINES = Splitter.each(Scan::isNewline);

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

  private static final PreTokenizer GPT2 = of(new Gpt2Splitter());
  private static final PreTokenizer LLAMA3_MERGING = of(WordSplitter.llama3(3));
  private static final PreTokenizer LLAMA3 = LLAMA3_MERGING.whole().withBos();
  private static final PreTokenizer QWEN2 = of(WordSplitter.llama3(1));
  private static final PreTokenizer QWEN35 = of(new WordSplitter(1, true, true, true));
  private static final PreTokenizer SEED_CODER = of(new WordSplitter(1, true, false, false));
  private static final PreTokenizer UFAKZEKA = of(new WordSplitter(1, false, false, true));
  private static final PreTokenizer LAGUNA =
      of(Splitter.run(c -> c == '\n'), WordSplitter.llama3(1));
  private static final PreTokenizer MINICPM5 =
      of(Splitter.upTo(3, NUMBER), WordSplitter.llama3(Integer.MAX_VALUE)).whole();
  private static final PreTokenizer O200K = of(new CaseSplitter(3, true));
  private static final PreTokenizer TEKKEN = of(new CaseSplitter(1, false)).whole().withBos();
  private static final PreTokenizer SMOLLM = of(Splitter.each(NUMBER), new Gpt2Splitter());
  private static final PreTokenizer DEFAULT =
      of(
          Splitter.run(PUNCTUATION.or(c -> "$+<=>^~|".indexOf(c) >= 0)),
          new Gpt2Splitter(),
          Splitter.run(NUMBER),
          Splitter.threeDigits());
  private static final PreTokenizer FALCON =
      of(
          Splitter.run(PUNCTUATION.or(c -> "$+<=>^~|`".indexOf(c) >= 0)),
          new Gpt2Splitter(),
          Splitter.threeDigits());
  private static final PreTokenizer PORO = of(Splitter.spacedRun(c -> c == ' ', PORO_LETTER));
  private static final PreTokenizer VIKING =
      of(Splitter.spacedRun(c -> c == ' ', PORO_LETTER), Splitter.each(NUMBER));
  private static final PreTokenizer DEEPSEEK_V3 =
      of(
          Splitter.upTo(3, NUMBER),
          Splitter.run(new CodePointSet("\u3040\u30FF\u4E00\u9FA5")),
          new DeepSeek3Splitter());
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
          Splitter.spacedRun(PreTokenizer::isLetter),
          Splitter.spacedRun(PUNCTUATION),
          Splitter.run(DEEPSEEK_IDEOGRAPH),
          Splitter.each(NUMBER));

  private static final Map<String, PreTokenizer> BY_NAME = new HashMap<>();

  static {
    put(DEFAULT, "default");
    put(
        GPT2,
        "gpt-2",
        "phi-2",
        "olmo",
        "mpt",
        "jais",
        "exaone4",
        "trillion",
        "granite-docling",
        "jina-es",
        "jina-de",
        "jina-v1-en",
        "jina-v2-es",
        "jina-v2-de",
        "jina-v2-code",
        "roberta-bpe",
        "modern-bert",
        "gigachat",
        "a.x-4.0",
        "mellum");
    put(
        LLAMA3,
        "llama-bpe",
        "llama3",
        "llama-v3",
        "falcon3",
        "falcon-h1",
        "lfm2",
        "pixtral",
        "midm-2.0",
        "jina-v5-nano");
    put(LLAMA3_MERGING, "dbrx", "smaug-bpe", "glm4", "chatglm-bpe");
    put(MINICPM5, "minicpm5");
    put(
        QWEN2,
        "qwen2",
        "deepseek-r1-qwen",
        "stablelm2",
        "hunyuan",
        "megrez",
        "kormo",
        "f2llmv2",
        "grok-2",
        "solar-open",
        "bailingmoe",
        "bailingmoe2",
        "llada-moe");
    put(QWEN35, "qwen35");
    put(SEED_CODER, "seed-coder");
    put(UFAKZEKA, "ufakzeka");
    put(LAGUNA, "laguna");
    put(
        SMOLLM,
        "smollm",
        "starcoder",
        "refact",
        "command-r",
        "codeshell",
        "exaone",
        "minerva-7b",
        "mellum2");
    put(FALCON, "falcon");
    put(PORO, "poro-chat", "bloom", "gpt3-finnish");
    put(VIKING, "viking");
    put(O200K, "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2");
    put(TEKKEN, "tekken");
    put(DEEPSEEK_LLM, "deepseek-llm");
    put(DEEPSEEK_CODER, "deepseek-coder");
    put(DEEPSEEK_V3, "deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4");
  }

  private static void put(PreTokenizer preTokenizer, String... names) {
    for (String name : names) {
      BY_NAME.put(name, preTokenizer);
    }
  }

  private static PreTokenizer of(Splitter... splitters) {
    return new PreTokenizer(List.of(splitters), false, false);
  }

  private PreTokenizer whole() {
    return new PreTokenizer(splitters, true, addsBos);
  }

  private PreTokenizer withBos() {
    return new PreTokenizer(splitters, wholePieces, true);
  }

  private static boolean isLetter(int codePoint) {
    return UnicodeCategory.of(codePoint).isLetter();
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
              .formatted(name, String.join(", ", names())));
    }
    return found;
  }

  /** All names that are known, in order. */
  static List<String> names() {
    return BY_NAME.keySet().stream().sorted().toList();
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
