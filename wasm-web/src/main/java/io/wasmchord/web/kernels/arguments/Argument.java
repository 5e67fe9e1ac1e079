package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * One word of a kernel's arguments: where it lies, and what of the record it holds. {@link
 * ArgumentLayout} makes them.
 *
 * @param <A> the kernel's record of arguments
 */
public sealed interface Argument<A> {
  /** Words before it. */
  int index();

  /** The 32 bits that an encoder writes. */
  int bits(A arguments);

  /** A word that emitted code reads as an i32. */
  sealed interface Word<A> extends Argument<A> {}

  /** A number. */
  @SuppressWarnings("JavaLangClash") // it is never named without its room
  record Number<A>(int index, ToIntFunction<A> of) implements Word<A> {
    @Override
    public int bits(A arguments) {
      return of.applyAsInt(arguments);
    }
  }

  /**
   * The address of a range that the kernel reads, writes, or both.
   *
   * @param shares see {@link Shares}; 1 where every unit may use all of the range
   */
  record Address<A>(
      int index, Function<A, Region> of, boolean read, boolean written, Shares<A> shares)
      implements Word<A> {
    @Override
    public int bits(A arguments) {
      return of.apply(arguments).address();
    }
  }

  /** A float32. */
  record Real<A>(int index, ToFloat<A> of) implements Argument<A> {
    @Override
    public int bits(A arguments) {
      return Float.floatToRawIntBits(of.apply(arguments));
    }
  }

  /**
   * Into how many equal shares a range falls among a command's units, in order: where a number
   * divides both, the units' first part uses the range's first part alone, and so on.
   */
  @FunctionalInterface
  interface Shares<A> {
    int of(A arguments, int units);
  }

  /** A component that is a float32. */
  @FunctionalInterface
  interface ToFloat<A> {
    float apply(A arguments);
  }
}
