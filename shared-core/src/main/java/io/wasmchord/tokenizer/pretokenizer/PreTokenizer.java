package io.wasmchord.tokenizer.pretokenizer;

import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.tokenizer.unicode.UnicodeCategory;
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
 * @param spelling how vocabularies spell pieces
 * @param whole which pieces are taken at once where they are tokens, whatever their merges say
 * @param bos whether a text has the beginning-of-sequence token before it
 */
public record PreTokenizer(List<Splitter> splitters, Spelling spelling, Whole whole, Bos bos) {
  /** How a vocabulary spells pieces. */
  public enum Spelling {
    /** By a character for each byte of UTF-8, as GPT-2. */
    BYTES,
    /** As they are. */
    CHARACTERS,
    /** As they are, but for U+2581 in place of spaces. */
    CHARACTERS_AND_BARS
  }

  /** Pieces that are taken at once where they are tokens. */
  public enum Whole {
    NONE,
    LINE_BREAKS,
    ALL
  }

  /** Whether there is a beginning-of-sequence token before a text. */
  public enum Bos {
    /** Where the file says so. */
    NOT_BY_ITSELF,
    /** Unless the file says that there is none. */
    BY_DEFAULT,
    /** Whatever the file says. */
    ALWAYS
  }

  /** Takes the pieces, in order, as ranges of code points. */
  @FunctionalInterface
  public interface Pieces {
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

  private static final PreTokenizer GPT2 = of(new Gpt2Splitter());
  private static final PreTokenizer LLAMA3_MERGING = of(WordSplitter.llama3(3));
  private static final PreTokenizer LLAMA3 = LLAMA3_MERGING.taking(Whole.ALL).with(Bos.BY_DEFAULT);
  private static final PreTokenizer QWEN2 = of(WordSplitter.llama3(1));
  private static final PreTokenizer QWEN35 = of(new WordSplitter(1, true, true, true));
  private static final PreTokenizer SEED_CODER = of(new WordSplitter(1, true, false, false));
  private static final PreTokenizer UFAKZEKA = of(new WordSplitter(1, false, false, true));
  private static final PreTokenizer LAGUNA =
      of(Splitter.run(c -> c == '\n'), WordSplitter.llama3(1));
  private static final PreTokenizer MINICPM5 =
      of(Splitter.upTo(3, NUMBER), WordSplitter.llama3(Integer.MAX_VALUE)).taking(Whole.ALL);
  private static final PreTokenizer O200K = of(CaseSplitter.O200K);
  private static final PreTokenizer TEKKEN =
      of(new CaseSplitter(1, false, true, false)).taking(Whole.ALL).with(Bos.BY_DEFAULT);
  private static final PreTokenizer KIMI_K2 = of(new CaseSplitter(3, true, false, true));
  private static final PreTokenizer TINY_AYA = of(new DigitGroups(true), CaseSplitter.O200K);
  private static final PreTokenizer YOUTU =
      of(
              Splitter.runs(
                  CodePointSets.HANGUL,
                  CodePointSets.EAST_ASIAN_SIGN,
                  CodePointSets.BOPOMOFO,
                  CodePointSets.KANA_IDEOGRAPH),
              new CaseSplitter(1, true, true, false))
          .taking(Whole.ALL);
  private static final PreTokenizer SUPERBPE = of(Splitter.run(NUMBER), new DigitGroups(false));
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
          Splitter.run(CodePointSets.KANA_IDEOGRAPH),
          new DeepSeek3Splitter(true));
  private static final PreTokenizer SPARK =
      of(
          Splitter.upTo(3, NUMBER),
          Splitter.run(CodePointSets.KANA_IDEOGRAPH),
          new DeepSeek3Splitter(false),
          Splitter.each(NUMBER));
  private static final PreTokenizer DEEPSEEK_LLM =
      of(
          NEWLINES,
          Splitter.spacedRun(CodePointSets.DEEPSEEK_LETTER),
          Splitter.spacedRun(CodePointSets.DEEPSEEK_SIGN),
          Splitter.trailingSpace(),
          Splitter.run(CodePointSets.DEEPSEEK_IDEOGRAPH),
          Splitter.run(NUMBER));
  private static final PreTokenizer DEEPSEEK_CODER =
      of(
          NEWLINES,
          Splitter.spacedRun(PreTokenizer::isLetter),
          Splitter.spacedRun(PUNCTUATION),
          Splitter.run(CodePointSets.DEEPSEEK_IDEOGRAPH),
          Splitter.each(NUMBER));

  private static final PreTokenizer AFMOE =
      of(
          new LeadingDigitGroups(),
          Splitter.run(CodePointSets.AFMOE_ASIAN),
          new DeepSeek3Splitter(true));
  private static final PreTokenizer CHAMELEON =
      of(
              ChameleonTokens.SENTINELS,
              ChameleonTokens.IMAGES,
              ChameleonTokens.SPACES,
              Splitter.each(NUMBER),
              Splitter.each(PUNCTUATION.or(c -> "$+<=>^`|~".indexOf(c) >= 0)),
              new Gpt2Splitter())
          .with(Bos.BY_DEFAULT);

  /** Spelled as SentencePiece does; line breaks have pieces of their own, and all else is one. */
  private static final PreTokenizer SARVAM =
      of(Splitter.run(c -> c == '\n')).spelled(Spelling.CHARACTERS_AND_BARS);

  private static final PreTokenizer GEMMA4 = SARVAM.taking(Whole.LINE_BREAKS).with(Bos.ALWAYS);

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
    put(O200K.taking(Whole.ALL), "granite-embed-multi-97m");
    put(TEKKEN, "tekken");
    put(KIMI_K2, "kimi-k2");
    put(TINY_AYA, "tiny_aya", "cohere2moe");
    put(YOUTU, "youtu");
    put(SUPERBPE, "superbpe");
    put(of(new PhraseSplitter()), "exaone-moe");
    put(of(new Jais2Splitter()), "jais-2");
    put(SPARK, "spark2_5");
    put(DEEPSEEK_LLM, "deepseek-llm");
    put(DEEPSEEK_CODER, "deepseek-coder");
    put(DEEPSEEK_V3, "deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4");
    put(AFMOE, "afmoe");
    put(CHAMELEON, "chameleon");
    put(GEMMA4, "gemma4", "granite-embed-multi-311m");
    put(SARVAM, "sarvam-moe");
    put(
        of(Splitter.run(category(UnicodeCategory.WHITESPACE))).spelled(Spelling.CHARACTERS),
        "whitespace");
  }

  private static void put(PreTokenizer preTokenizer, String... names) {
    for (String name : names) {
      BY_NAME.put(name, preTokenizer);
    }
  }

  private static PreTokenizer of(Splitter... splitters) {
    return new PreTokenizer(List.of(splitters), Spelling.BYTES, Whole.NONE, Bos.NOT_BY_ITSELF);
  }

  private PreTokenizer spelled(Spelling other) {
    return new PreTokenizer(splitters, other, whole, bos);
  }

  private PreTokenizer taking(Whole other) {
    return new PreTokenizer(splitters, spelling, other, bos);
  }

  private PreTokenizer with(Bos other) {
    return new PreTokenizer(splitters, spelling, whole, other);
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
  public static PreTokenizer named(String name) {
    PreTokenizer found = BY_NAME.get(name);
    if (found == null) {
      throw new UnsupportedModelException(
          "tokenizer.ggml.pre is \"%s\", which is not supported; supported are: %s"
              .formatted(name, String.join(", ", names())));
    }
    return found;
  }

  /** All names that are known, in order. */
  public static List<String> names() {
    return BY_NAME.keySet().stream().sorted().toList();
  }

  /** Whether a vocabulary must say what joins; Kimi K2's need not, and then nothing does. */
  public boolean merged() {
    return !equals(KIMI_K2);
  }

  public void split(CodePoints text, Pieces pieces) {
    split(text, 0, 0, text.size(), pieces);
  }

  private void split(CodePoints text, int stage, int from, int to, Pieces pieces) {
    if (stage == splitters.size()) {
      pieces.accept(from, to);
      return;
    }
    splitters
        .get(stage)
        .split(text, from, to, (at, end) -> split(text, stage + 1, at, end, pieces));
  }
}
