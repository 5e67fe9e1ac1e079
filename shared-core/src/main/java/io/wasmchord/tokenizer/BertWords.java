package io.wasmchord.tokenizer;

import io.wasmchord.tokenizer.unicode.IntList;
import io.wasmchord.tokenizer.unicode.UnicodeCategory;
import io.wasmchord.tokenizer.unicode.UnicodeMappings;
import java.util.function.Consumer;

/**
 * Text to words as BERT's BasicTokenizer has it (google-research/bert, tokenization.py; the
 * BertNormalizer and BertPreTokenizer of Hugging Face): controls are dropped, accents and case as
 * the model wants; white space parts words, and each punctuation sign and ideograph is a word of
 * its own.
 */
final class BertWords {
  private final TextRules rules;
  private final Consumer<String> words;
  private final StringBuilder word = new StringBuilder();

  private BertWords(TextRules rules, Consumer<String> words) {
    this.rules = rules;
    this.words = words;
  }

  static void split(String text, TextRules rules, Consumer<String> words) {
    BertWords splitter = new BertWords(rules, words);
    IntList parts = new IntList();
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      if (!rules.stripAccents() || codePoint < 0x80) {
        splitter.accept(codePoint);
        continue;
      }
      parts.truncate(0);
      UnicodeMappings.decompose(codePoint, parts);
      for (int k = 0; k < parts.size(); k++) {
        splitter.accept(parts.get(k));
      }
    }
    splitter.endWord();
  }

  private void accept(int codePoint) {
    if (codePoint == '\u000B' || codePoint == '\f' || codePoint == '\u0085') {
      return; // controls first, and so dropped, although they are white space
    }
    switch (UnicodeCategory.of(codePoint)) {
      case WHITESPACE -> endWord();
      case OTHER -> {} // dropped: controls and their like, U+0000 among them
      case NONSPACING_MARK -> {
        if (!rules.stripAccents()) {
          append(codePoint);
        }
      }
      case PUNCTUATION -> appendAlone(codePoint);
      case SYMBOL -> {
        if (codePoint < 0x80) {
          appendAlone(codePoint);
        } else if (codePoint != 0xFFFD) {
          append(codePoint);
        }
      }
      default -> {
        if (isIdeograph(codePoint)) {
          appendAlone(codePoint);
        } else {
          append(codePoint);
        }
      }
    }
  }

  private void append(int codePoint) {
    word.appendCodePoint(rules.lowercase() ? UnicodeMappings.lowerCase(codePoint) : codePoint);
  }

  private void appendAlone(int codePoint) {
    endWord();
    append(codePoint);
    endWord();
  }

  private void endWord() {
    if (!word.isEmpty()) {
      words.accept(word.toString());
      word.setLength(0);
    }
  }

  /**
   * The blocks of CJK ideographs that BERT knows. Its own list has 2B820 for 2B920; Hugging Face's
   * tokenizers, with which models in GGUF were made, and llama.cpp have the latter.
   */
  private static boolean isIdeograph(int c) {
    return (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0x3400 && c <= 0x4DBF)
        || (c >= 0x20000 && c <= 0x2A6DF)
        || (c >= 0x2A700 && c <= 0x2B73F)
        || (c >= 0x2B740 && c <= 0x2B81F)
        || (c >= 0x2B920 && c <= 0x2CEAF)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0x2F800 && c <= 0x2FA1F);
  }
}
