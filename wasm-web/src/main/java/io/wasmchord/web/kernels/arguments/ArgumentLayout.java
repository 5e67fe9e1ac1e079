package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
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

  ArgumentLayout() {}

  /** The words in order. */
  public List<Argument<A>> words() {
    return Collections.unmodifiableList(words);
  }

  /** Hands on every range that the kernel reads and another command may write. */
  public void reads(A arguments, Consumer<Region> to) {
    for (Argument<A> word : words) {
      if (word instanceof Argument.Address<A> address && address.read()) {
        to.accept(address.of().apply(arguments));
      }
    }
  }

  /** Hands on every range that the kernel writes. */
  public void writes(A arguments, Consumer<Region> to) {
    for (Argument<A> word : words) {
      if (word instanceof Argument.Address<A> address && address.written()) {
        to.accept(address.of().apply(arguments));
      }
    }
  }

  /** The next word: the address of what the kernel reads. */
  Argument.Address<A> reads(Function<A, Region> of) {
    return add(new Argument.Address<>(words.size(), of, true, false));
  }

  /** The next word: the address of what the kernel writes. */
  Argument.Address<A> writes(Function<A, Region> of) {
    return add(new Argument.Address<>(words.size(), of, false, true));
  }

  /** The next word: the address of what the kernel reads and writes. */
  Argument.Address<A> updates(Function<A, Region> of) {
    return add(new Argument.Address<>(words.size(), of, true, true));
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
