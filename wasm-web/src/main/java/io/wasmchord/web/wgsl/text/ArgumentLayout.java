package io.wasmchord.web.wgsl.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The words of a kernel's arguments, in order. A record of arguments declares its layout once; what
 * is written and what a kernel reads cannot differ. Word 0 is always a zero that compilers do not
 * know ({@link Functions} says what for); the record's words follow it.
 *
 * @param <A> the record
 */
public final class ArgumentLayout<A> {
  private static final int MOST = Binding.ARGUMENT_BYTES / 4 - 1;

  private final List<Word<A>> words;

  private ArgumentLayout(List<Word<A>> words) {
    this.words = words;
  }

  /** A layout without words. */
  public static <A> ArgumentLayout<A> empty() {
    return new ArgumentLayout<>(List.of());
  }

  /** The words behind the zero, in order. */
  public List<Word<A>> words() {
    return words;
  }

  /** With an unsigned number as the next word: a count, or an offset in words. */
  public ArgumentLayout<A> number(String name, ToIntFunction<A> of) {
    return plus(new Word<>(name, "u32", of));
  }

  /** With a signed number as the next word. */
  public ArgumentLayout<A> signed(String name, ToIntFunction<A> of) {
    return plus(new Word<>(name, "i32", of));
  }

  /** With a float32 as the next word. */
  public ArgumentLayout<A> real(String name, ToFloat<A> of) {
    return plus(new Word<>(name, "f32", a -> Float.floatToRawIntBits(of.apply(a))));
  }

  private ArgumentLayout<A> plus(Word<A> word) {
    if (words.size() == MOST) {
      throw new IllegalStateException("more than " + MOST + " words of arguments");
    }
    List<Word<A>> longer = new ArrayList<>(words);
    longer.add(word);
    return new ArgumentLayout<>(List.copyOf(longer));
  }

  /** What a slot begins with: the zero, and the words. */
  public int[] slot(A arguments) {
    int[] slot = new int[1 + words.size()];
    for (int i = 0; i < words.size(); i++) {
      slot[1 + i] = words.get(i).bits().applyAsInt(arguments);
    }
    return slot;
  }

  String struct() {
    StringBuilder text = new StringBuilder("struct Arguments {\n  zero: u32,\n");
    for (Word<A> word : words) {
      text.append("  ").append(word.name()).append(": ").append(word.type()).append(",\n");
    }
    return text.append("}\n").toString();
  }

  /** A component that is a float32. */
  @FunctionalInterface
  public interface ToFloat<A> {
    float apply(A arguments);
  }
}
