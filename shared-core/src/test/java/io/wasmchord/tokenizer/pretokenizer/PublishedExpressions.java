package io.wasmchord.tokenizer.pretokenizer;

import java.util.List;

/**
 * The regular expressions of pre-tokenizers by name, as models publish them and llama.cpp has them
 * (llama-vocab.cpp), written for {@code java.util.regex} with {@code (?U)}. They share nothing with
 * the scanners.
 */
final class PublishedExpressions {
  private static final String ANY_CASE = "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]";
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String LLAMA3 =
      ANY_CASE
          + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String QWEN2 = LLAMA3.replace("{1,3}", "");

  /**
   * With letters' classes as UPPER and LOWER, and what follows words and signs as WORD and SIGN.
   */
  private static final String CASED =
      "[^\\r\\n\\p{L}\\p{N}]?UPPER*LOWER+(WORD)?|[^\\r\\n\\p{L}\\p{N}]?UPPER+LOWER*(WORD)?"
          + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+SIGN*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String O200K = cased(ANY_CASE, "[\\r\\n/]", "");
  private static final String DEEPSEEK_V3 =
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
          + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String PORO = " ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+";
  private static final String IDEOGRAPHS = "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";
  private static final String KANA = "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+";
  private static final String CASED_LETTERS =
      "A-Za-z\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293"
          + "\u0295-\u02AF\u0370-\u0373\u0376\u0377\u037B-\u037D\u037F\u0386\u0388-\u038A\u038C"
          + "\u038E-\u03A1\u03A3-\u03F5\u03F7-\u0481\u048A-\u052F\u0531-\u0556\u10A0-\u10C5"
          + "\u13A0-\u13F5\u13F8-\u13FD\u1C90-\u1CBA\u1CBD-\u1CBF\u1D00-\u1D2B\u1D6B-\u1D77"
          + "\u1D79-\u1D9A\u1E00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D\u1F50-\u1F57\u1F59"
          + "\u1F5B\u1F5D\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4\u1FC6-\u1FCC"
          + "\u1FD0-\u1FD3\u1FD6-\u1FDB\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC\u2102\u2107"
          + "\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126\u2128\u212A-\u212D\u212F-\u2134\u2139"
          + "\u213C-\u213F\u2145-\u2149\u214E\u2183\u2184\u2C00-\u2C7B\u2C7E-\u2CE4\u2CEB-\u2CEE"
          + "\u2CF2\u2CF3\uA640-\uA66D\uA680-\uA69B\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E"
          + "\uAB70-\uABBF\uFB00-\uFB06\uFB13-\uFB17\uFF21-\uFF3A\uFF41-\uFF5A"
          + "\uD801\uDC00-\uD801\uDC4F\uD801\uDCB0-\uD801\uDCD3\uD801\uDCD8-\uD801\uDCFB"
          + "\uD803\uDC80-\uD803\uDCB2\uD803\uDCC0-\uD803\uDCF2\uD806\uDCA0-\uD806\uDCDF"
          + "\uD83A\uDD00-\uD83A\uDD43";
  private static final String EXAONE_MOE =
      ANY_CASE
          + "|[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+";
  private static final String POWERS_OF_TWO =
      "\\s{512}(?!\\S)|\\s{256}(?!\\S)|\\s{128}(?!\\S)|\\s{64}(?!\\S)|\\s{32}(?!\\S)|\\s{16}(?!\\S)"
          + "|\\s{8}(?!\\S)|\\s{4}(?!\\S)|\\s{1,2}(?!\\S)|\\s{1}";

  private PublishedExpressions() {}

  private static String cased(String afterWords, String afterSigns, String except) {
    return CASED
        .replace("UPPER", "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}" + except + "]")
        .replace("LOWER", "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}" + except + "]")
        .replace("WORD", afterWords)
        .replace("SIGN", afterSigns);
  }

  /** The expressions of {@code name}, each applied to the pieces of the one before. */
  static List<String> of(String name) {
    return switch (name) {
      case "default" -> List.of("[\\p{P}$+<=>^~|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]");
      case "gpt-2",
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
          "mellum" ->
          List.of(GPT2);
      case "llama-bpe",
          "llama3",
          "llama-v3",
          "falcon3",
          "falcon-h1",
          "lfm2",
          "pixtral",
          "midm-2.0",
          "jina-v5-nano",
          "dbrx",
          "smaug-bpe",
          "glm4",
          "chatglm-bpe" ->
          List.of(LLAMA3);
      case "jais-2" -> List.of(LLAMA3.replace("\\s+(?!\\S)|\\s+", POWERS_OF_TWO));
      case "minicpm5" -> List.of("\\p{N}{1,3}", LLAMA3.replace("{1,3}", "+"));
      case "qwen2",
          "deepseek-r1-qwen",
          "stablelm2",
          "hunyuan",
          "megrez",
          "kormo",
          "f2llmv2",
          "grok-2",
          "solar-open" ->
          List.of(QWEN2);
      case "bailingmoe", "bailingmoe2", "llada-moe" ->
          List.of(
              "'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
                  + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+");
      case "qwen35" ->
          List.of(
              QWEN2
                  .replace("?\\p{L}+", "?[\\p{L}\\p{M}]+")
                  .replace(" ?[^\\s\\p{L}", " ?[^\\s\\p{L}\\p{M}"));
      case "seed-coder" -> List.of(QWEN2.replace("\\p{N}]+[\\r\\n]*", "\\p{N}\\r\\n]+"));
      case "ufakzeka" -> List.of(QWEN2.replace(ANY_CASE + "|", ""));
      case "laguna" -> List.of("[^\\n]+|[\\n]+", QWEN2);
      case "smollm",
          "starcoder",
          "refact",
          "command-r",
          "codeshell",
          "exaone",
          "minerva-7b",
          "mellum2" ->
          List.of("\\p{N}", GPT2);
      case "falcon" -> List.of("[\\p{P}$+<=>^~|`]+", GPT2, "[0-9][0-9][0-9]");
      case "poro-chat", "bloom", "gpt3-finnish" -> List.of(PORO);
      case "viking" -> List.of(PORO, "\\p{N}");
      case "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2", "granite-embed-multi-97m" ->
          List.of(O200K);
      case "tekken" -> List.of(cased("", "[\\r\\n/]", "").replace("{1,3}", ""));
      case "kimi-k2" -> List.of("\\p{IsHan}+|" + cased(ANY_CASE, "[\\r\\n]", "&&[^\\p{IsHan}]"));
      case "tiny_aya", "cohere2moe" ->
          List.of("\\p{Nd}{1,3}(?=(?:\\p{Nd}{3})*(?![\\p{L}\\p{M}\\p{Nd}\\p{Pc}]))", O200K);
      case "youtu" ->
          List.of(
              "[\uAC00-\uD7A3\u3131-\u318E]+|[\uFF01\u2026\u201C\u201D\u2018\u2019\u2014\uFF1A\uFF1B\uFF0C"
                  + "\u3001-\u303F\uFE30-\uFE4F]+|[\u3105-\u312F]+|"
                  + KANA,
              O200K.replace("{1,3}", ""));
      case "superbpe" -> List.of("\\p{N}+", "(?=(\\p{Nd}{3})+(?!\\p{Nd}))");
      case "exaone-moe" -> List.of(EXAONE_MOE);
      case "deepseek-llm" ->
          List.of(
              "[\\r\\n]",
              "\\s?[" + CASED_LETTERS + "]+",
              "\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+",
              "\\s+\\z",
              IDEOGRAPHS,
              "\\p{N}+");
      case "deepseek-coder" ->
          List.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", IDEOGRAPHS, "\\p{N}");
      case "deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4" ->
          List.of("\\p{N}{1,3}", KANA, DEEPSEEK_V3);
      case "spark2_5" ->
          List.of(
              "\\p{N}{1,3}",
              KANA,
              DEEPSEEK_V3.replace("]+[\\r\\n]*|\\s*[\\r\\n]+", "]+|[\\r\\n]"),
              "\\p{N}");
      case "afmoe" ->
          List.of(
              "\\P{N}*\\p{N}{1,3}(?=(?:\\p{N}{3})*(?!\\p{N}))",
              "[\u4E00-\u9FFF\u3400-\u4DBF\uF900-\uFAFF\u3040-\u309F\u30A0-\u30FF\uFF65-\uFF9F"
                  + "\u2F00-\u2FDF\u0E40-\u0E7F\u0E80-\u0EFF\u1780-\u17FF\u1000-\u109F\uAA60-\uAA7F"
                  + "\uA9E0-\uA9FF\uAC00-\uD7AF\u1100-\u11FF]+",
              DEEPSEEK_V3);
      case "chameleon" ->
          List.of(
              "<sentinel:[0-9]+>",
              "IMGIMG[A-I]{1,4}Z",
              "[\\t\\n]|    |  ",
              "\\p{N}",
              "[\\p{P}!-/:-@\\[-`{-~]",
              GPT2);
      case "gemma4", "granite-embed-multi-311m", "sarvam-moe" -> List.of("[^\\n]+|[\\n]+");
      case "whitespace" -> List.of("\\S+");
      default -> throw new AssertionError("no expressions for " + name);
    };
  }
}
