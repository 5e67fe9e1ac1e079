package io.wasmchord.session.speculation;

import io.wasmchord.host.RunControl;

/** What proposes how a sequence goes on. */
public interface Drafter {
  /** Kinds of grounds, from weak to strong: {@link #grounds} are below this. */
  int GROUNDS = 9;

  /** Nothing proposes. */
  Drafter NONE =
      new Drafter() {
        @Override
        public int grounds(int[] sequence, int length) {
          return -1;
        }

        @Override
        public int[] draft(int[] sequence, int length, int most, RunControl control) {
          return new int[0];
        }
      };

  /**
   * Computes a step of what must be known of the sequence first, so that a host can look around
   * between them.
   *
   * @return whether there was one
   */
  default boolean prepares(int[] sequence, int length, RunControl control) {
    return false;
  }

  /**
   * What a proposal would rest on. Proposals of the same grounds are expected to be as good.
   *
   * @param length how many tokens of {@code sequence} there are
   * @return -1 where nothing can be proposed
   */
  int grounds(int[] sequence, int length);

  /**
   * Proposes the tokens that follow.
   *
   * @param most how many at most, 1 or more
   * @return as many or fewer
   */
  int[] draft(int[] sequence, int length, int most, RunControl control);
}
