package io.wasmchord.session;

import io.wasmchord.tokenizer.Tokenizer;
import java.util.List;
import java.util.function.Consumer;

/** Token t's text is the byte t. Token 0 ends. */
final class OneByteTokenizer implements Tokenizer {
  private final List<Integer> suppressed;

  OneByteTokenizer() {
    this(List.of());
  }

  OneByteTokenizer(List<Integer> suppressed) {
    this.suppressed = suppressed;
  }

  @Override
  public int size() {
    return 256;
  }

  @Override
  public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    return text.chars().toArray();
  }

  @Override
  public byte[] bytes(int id, boolean special) {
    return new byte[] {(byte) id};
  }

  @Override
  public String decode(int[] ids, boolean special) {
    return "";
  }

  @Override
  public void decode(int[] ids, boolean special, Consumer<String> out) {}

  @Override
  public String piece(int id) {
    return "";
  }

  @Override
  public int idOf(String piece) {
    return -1;
  }

  @Override
  public int controlAt(String text, int offset) {
    return -1;
  }

  @Override
  public int[] encodeText(String text, Hidden hidden) {
    return encode(text, false, false);
  }

  @Override
  public int userDefinedAt(String text, int offset) {
    return -1;
  }

  @Override
  public int bos() {
    return -1;
  }

  @Override
  public int eos() {
    return 0;
  }

  @Override
  public List<Integer> suppressed() {
    return suppressed;
  }

  @Override
  public boolean isEndOfGeneration(int id) {
    return id == 0;
  }
}
