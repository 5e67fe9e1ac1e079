package io.wasmchord.tokenizer;

import io.wasmchord.host.RunControl;
import io.wasmchord.tokenizer.unicode.IntList;
import java.nio.charset.StandardCharsets;

/**
 * Byte-pair encoding with DNA in it, GGUF's model {@code hybriddna}: what is between {@code <dna>}
 * and {@code </dna>} is cut into stretches of six letters, whatever their case, the last one filled
 * up with A. In GGUF, these tokens are spelled with U+E000 behind, as there may be words of the
 * same letters. A stretch that is none of them is {@code <oov>}.
 */
final class DnaTokenizer extends BpeTokenizer {
  private static final String BEGIN = "<dna>";
  private static final String END = "</dna>";
  private static final String MARK = "\uE000";
  private static final int LETTERS = 6;

  private final int begin;
  private final int end;
  private final int outside;

  DnaTokenizer(Vocabulary vocabulary, RunControl caller) {
    super(vocabulary, caller);
    begin = idOf(BEGIN);
    end = idOf(END);
    outside = idOf("<oov>");
  }

  @Override
  byte[] ordinaryBytes(String piece) {
    boolean marked = piece.endsWith(MARK) && piece.length() > MARK.length();
    return super.ordinaryBytes(marked ? piece.substring(0, piece.length() - MARK.length()) : piece);
  }

  @Override
  void encodeText(String text, IntList out) {
    boolean known = begin >= 0 && end >= 0 && outside >= 0;
    for (int at = 0; at < text.length(); ) {
      int tag = known ? text.indexOf(BEGIN, at) : -1;
      int words = tag < 0 ? text.length() : tag;
      if (words > at) {
        super.encodeText(text.substring(at, words), out);
      }
      at = tag < 0 ? words : encodeDna(text, tag, out);
    }
  }

  /** Appends the tokens of the DNA whose tag is at {@code tag}; returns where it ends. */
  private int encodeDna(String text, int tag, IntList out) {
    int from = tag + BEGIN.length();
    int tagAfter = text.indexOf(END, from);
    int to = tagAfter < 0 ? text.length() : tagAfter;
    out.add(begin);
    // A letter outside of ASCII counts as its bytes, as in llama.cpp.
    byte[] letters = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < letters.length; i += LETTERS) {
      out.add(stretch(letters, i));
    }
    if (tagAfter < 0) {
      return to;
    }
    out.add(end);
    return tagAfter + END.length();
  }

  private int stretch(byte[] letters, int from) {
    StringBuilder spelled = new StringBuilder(LETTERS + 1);
    for (int i = from; i < from + LETTERS; i++) {
      byte letter = i < letters.length ? letters[i] : (byte) 'A';
      if (letter < 0) {
        return outside;
      }
      spelled.append((char) (letter >= 'a' && letter <= 'z' ? letter - ('a' - 'A') : letter));
    }
    int id = plainIdOf(spelled.append(MARK).toString());
    return id < 0 ? outside : id;
  }
}
