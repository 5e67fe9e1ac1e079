package io.wasmchord.tokenizer.pretokenizer;

/**
 * The sets of characters that expressions name beside Unicode's general categories. Those of
 * Unicode are of version 16, as its categories are.
 */
final class CodePointSets {
  /** {@code \p{Han}}: ideographs, their radicals, and signs among them. */
  static final CodePointSet HAN =
      new CodePointSet(
          "\u2E80\u2E99\u2E9B\u2EF3\u2F00\u2FD5\u3005\u3005\u3007\u3007\u3021\u3029\u3038\u303B"
              + "\u3400\u4DBF\u4E00\u9FFF\uF900\uFA6D\uFA70\uFAD9\uD81B\uDFE2\uD81B\uDFE3\uD81B\uDFF0"
              + "\uD81B\uDFF1\uD840\uDC00\uD869\uDEDF\uD869\uDF00\uD86D\uDF39\uD86D\uDF40\uD86E\uDC1D"
              + "\uD86E\uDC20\uD873\uDEA1\uD873\uDEB0\uD87A\uDFE0\uD87A\uDFF0\uD87B\uDE5D\uD87E\uDC00"
              + "\uD87E\uDE1D\uD880\uDC00\uD884\uDF4A\uD884\uDF50\uD888\uDFAF");

  /** {@code \p{Nd}}, which {@code \d} stands for: decimal digits. */
  static final CodePointSet DIGIT =
      new CodePointSet(
          "09\u0660\u0669\u06F0\u06F9\u07C0\u07C9\u0966\u096F\u09E6\u09EF\u0A66\u0A6F\u0AE6"
              + "\u0AEF\u0B66\u0B6F\u0BE6\u0BEF\u0C66\u0C6F\u0CE6\u0CEF\u0D66\u0D6F\u0DE6\u0DEF\u0E50"
              + "\u0E59\u0ED0\u0ED9\u0F20\u0F29\u1040\u1049\u1090\u1099\u17E0\u17E9\u1810\u1819\u1946"
              + "\u194F\u19D0\u19D9\u1A80\u1A89\u1A90\u1A99\u1B50\u1B59\u1BB0\u1BB9\u1C40\u1C49\u1C50"
              + "\u1C59\uA620\uA629\uA8D0\uA8D9\uA900\uA909\uA9D0\uA9D9\uA9F0\uA9F9\uAA50\uAA59\uABF0"
              + "\uABF9\uFF10\uFF19\uD801\uDCA0\uD801\uDCA9\uD803\uDD30\uD803\uDD39\uD803\uDD40\uD803"
              + "\uDD49\uD804\uDC66\uD804\uDC6F\uD804\uDCF0\uD804\uDCF9\uD804\uDD36\uD804\uDD3F\uD804"
              + "\uDDD0\uD804\uDDD9\uD804\uDEF0\uD804\uDEF9\uD805\uDC50\uD805\uDC59\uD805\uDCD0\uD805"
              + "\uDCD9\uD805\uDE50\uD805\uDE59\uD805\uDEC0\uD805\uDEC9\uD805\uDED0\uD805\uDEE3\uD805"
              + "\uDF30\uD805\uDF39\uD806\uDCE0\uD806\uDCE9\uD806\uDD50\uD806\uDD59\uD806\uDFF0\uD806"
              + "\uDFF9\uD807\uDC50\uD807\uDC59\uD807\uDD50\uD807\uDD59\uD807\uDDA0\uD807\uDDA9\uD807"
              + "\uDF50\uD807\uDF59\uD818\uDD30\uD818\uDD39\uD81A\uDE60\uD81A\uDE69\uD81A\uDEC0\uD81A"
              + "\uDEC9\uD81A\uDF50\uD81A\uDF59\uD81B\uDD70\uD81B\uDD79\uD833\uDCF0\uD833\uDCF9\uD835"
              + "\uDFCE\uD835\uDFFF\uD838\uDD40\uD838\uDD49\uD838\uDEF0\uD838\uDEF9\uD839\uDCF0\uD839"
              + "\uDCF9\uD839\uDDF1\uD839\uDDFA\uD83A\uDD50\uD83A\uDD59\uD83E\uDFF0\uD83E\uDFF9");

  /** {@code \p{Pc}}: the underscore and its like. */
  static final CodePointSet CONNECTOR =
      new CodePointSet("__\u203F\u2040\u2054\u2054\uFE33\uFE34\uFE4D\uFE4F\uFF3F\uFF3F");

  /** U+0800 to U+9FA5 and U+AC00 to U+D7FF, as DeepSeek's expressions have it. */
  static final CodePointSet DEEPSEEK_IDEOGRAPH = new CodePointSet("\u0800\u9FA5\uAC00\uD7FF");

  /** {@code [!-/:-~]} and its wide forms, quotation marks and ideographic signs. */
  static final CodePointSet DEEPSEEK_SIGN =
      new CodePointSet("!/:~\u2018\u201F\u3000\u3002\uFF01\uFF0F\uFF1A\uFF5E");

  /** Letters that have case, as DeepSeek LLM's expression lists them. */
  static final CodePointSet DEEPSEEK_LETTER =
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

  /** Kana and ideographs, as the expressions of DeepSeek V3, Spark and Youtu have them. */
  static final CodePointSet KANA_IDEOGRAPH = new CodePointSet("\u3040\u30FF\u4E00\u9FA5");

  /** Korean syllables and letters, as Youtu's expression has them. */
  static final CodePointSet HANGUL = new CodePointSet("\u3131\u318E\uAC00\uD7A3");

  /** Bopomofo, as Youtu's expression has it. */
  static final CodePointSet BOPOMOFO = new CodePointSet("\u3105\u312F");

  /** East Asian punctuation, as Youtu's expression has it. */
  static final CodePointSet EAST_ASIAN_SIGN =
      new CodePointSet(
          "\u2014\u2014\u2018\u2019\u201C\u201D\u2026\u2026\u3001\u303F\uFE30\uFE4F"
              + "\uFF01\uFF01\uFF0C\uFF0C\uFF1A\uFF1B");

  /**
   * The scripts of Asia that AFMoE's expression cuts out. In llama.cpp's copy U+F900 has become
   * U+8C48, which it is composed to, and so the set has all up to U+FAFF.
   */
  static final CodePointSet AFMOE_ASIAN =
      new CodePointSet(
          "\u0E40\u0E7F\u0E80\u0EFF\u1000\u109F\u1100\u11FF\u1780\u17FF\u2F00\u2FDF\u3040\u309F"
              + "\u30A0\u30FF\u3400\u4DBF\u4E00\u9FFF\uA9E0\uA9FF\uAA60\uAA7F\uAC00\uD7AF\uF900\uFAFF"
              + "\uFF65\uFF9F");

  private CodePointSets() {}
}
