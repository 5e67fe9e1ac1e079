package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The words of a kernel's arguments, in order. A record of arguments declares its layout once, a
 * field for each component; so what the encoder writes and what the kernel reads cannot differ, and
 * a kernel cannot ask for another kernel's field.
 *
 * @param <A> the record
 */
public final class ArgumentLayout<A> {
  private final List<Argument<A>> words = new ArrayList<>();
  private final List<Argument<A>> readOnly = Collections.unmodifiableList(words);
  private boolean divisible;

  ArgumentLayout() {}

  /** The words in order. */
  public List<Argument<A>> words() {
    return readOnly;
  }

  /** Whether a part of the units may do with a part of a range. */
  public boolean divisible() {
    return divisible;
  }

  /** The next word: the address of what the kernel reads. */
  Argument.Address<A> reads(Function<A, Region> of) {
    return add(new Argument.Address<>(words.size(), of, true, false, ArgumentLayout::all));
  }

  /** The same of a range that falls into shares. */
  Argument.Address<A> reads(Function<A, Region> of, Argument.Shares<A> shares) {
    divisible = true;
    return add(new Argument.Address<>(words.size(), of, true, false, shares));
  }

  /** The next word: the address of what the kernel writes. */
  Argument.Address<A> writes(Function<A, Region> of) {
    return add(new Argument.Address<>(words.size(), of, false, true, ArgumentLayout::all));
  }

  /** The same of a range that falls into shares. */
  Argument.Address<A> writes(Function<A, Region> of, Argument.Shares<A> shares) {
    divisible = true;
    return add(new Argument.Address<>(words.size(), of, false, true, shares));
  }

  /** The next word: the address of what the kernel reads and writes. */
  Argument.Address<A> updates(Function<A, Region> of) {
    return add(new Argument.Address<>(words.size(), of, true, true, ArgumentLayout::all));
  }

  /** The same of a range that falls into shares. */
  Argument.Address<A> updates(Function<A, Region> of, Argument.Shares<A> shares) {
    divisible = true;
    return add(new Argument.Address<>(words.size(), of, true, true, shares));
  }

  /** Shares of a range of which every unit may use all. */
  private static <A> int all(A arguments, int units) {
    return 1;
  }

  /** Shares of a range of which each unit uses its own {@code bytes}. */
  static int each(Region range, int units, long bytes) {
    return range.bytes() == units * bytes ? units : 1;
  }

  /** The next word: a number. */
  Argument.Number<A> number(ToIntFunction<A> of) {
    return add(new Argument.Number<>(words.size(), of));
  }

  /** The next word: a float32. */
  Argument.Real<A> real(Argument.ToFloat<A> of) {
    return add(new Argument.Real<>(words.size(), of));
  }

  private <W extends Argument<A>> W add(W word) {
    words.add(word);
    return word;
  }
}
