package io.wasmchord.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * What both kinds of tokenizer share: special tokens, begin and end of sequence, and the way back.
 */
abstract class VocabularyTokenizer implements Tokenizer {
  private final Vocabulary vocabulary;
  private final SpecialTokens specials;
  private final boolean addBos;
  private final boolean addEos;

  VocabularyTokenizer(Vocabulary vocabulary, boolean addBos, boolean addEos) {
    this.vocabulary = vocabulary;
    this.specials = new SpecialTokens(vocabulary);
    this.addBos = addBos && vocabulary.bos() >= 0;
    this.addEos = addEos && vocabulary.eos() >= 0;
  }

  /** Encodes a part of the text that has no special token in it. */
  abstract void encodePlain(String text, boolean afterSpecial, IntList out);

  /** The bytes of a token that is neither control nor user-defined. */
  abstract byte[] plainBytes(int id);

  final Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public final int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    IntList out = new IntList();
    if (addSpecial && addBos) {
      out.add(vocabulary.bos());
    }
    specials.split(
        text,
        parseSpecial,
        new SpecialTokens.Parts() {
          private boolean afterSpecial = true;

          @Override
          public void text(String part) {
            encodePlain(part, afterSpecial, out);
            afterSpecial = false;
          }

          @Override
          public void token(int id) {
            out.add(id);
            afterSpecial = true;
          }
        });
    if (addSpecial && addEos) {
      out.add(vocabulary.eos());
    }
    return out.toArray();
  }

  @Override
  public final byte[] bytes(int id, boolean special) {
    String piece = vocabulary.piece(id);
    return switch (vocabulary.kind(id)) {
      case CONTROL, UNKNOWN -> special ? piece.getBytes(StandardCharsets.UTF_8) : new byte[0];
      case USER_DEFINED -> piece.getBytes(StandardCharsets.UTF_8);
      default -> plainBytes(id);
    };
  }

  @Override
  public String decode(int[] ids, boolean special) {
    Utf8Stream stream = new Utf8Stream();
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(stream.push(bytes(id, special)));
    }
    return text.append(stream.flush()).toString();
  }

  @Override
  public final int size() {
    return vocabulary.size();
  }

  @Override
  public final String piece(int id) {
    return vocabulary.piece(id);
  }

  @Override
  public final int idOf(String piece) {
    return vocabulary.idOf(piece);
  }

  @Override
  public final int bos() {
    return vocabulary.bos();
  }

  @Override
  public final int eos() {
    return vocabulary.eos();
  }

  @Override
  public final boolean isEndOfGeneration(int id) {
    return vocabulary.isEnd(id);
  }
}
