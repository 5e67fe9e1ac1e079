package io.wasmchord.session.speculation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.host.RunControl;
import org.junit.jupiter.api.Test;

class PromptLookupTest {
  private static final int[] NOTHING = {};

  private static int[] found(PromptLookup lookup, int most, int... sequence) {
    return lookup.grounds(sequence, sequence.length) < 0
        ? NOTHING
        : lookup.draft(sequence, sequence.length, most, RunControl.NONE);
  }

  private static int[] ids(int... ids) {
    return ids;
  }

  @Test
  void theLongestMatchCountsAndOfEqualOnesTheLast() {
    PromptLookup lookup = new PromptLookup(3, NOTHING);
    assertArrayEquals(ids(7), found(lookup, 1, 1, 2, 3, 7, 9, 2, 3, 8, 1, 2, 3));
    assertArrayEquals(ids(8, 1), found(lookup, 2, 2, 3, 7, 9, 2, 3, 8, 1, 2, 3));
    assertArrayEquals(NOTHING, found(lookup, 2, 1, 2, 3, 4));
    assertArrayEquals(NOTHING, found(lookup, 2, 3, 1, 2, 3), "one token says too little");
    assertArrayEquals(NOTHING, found(lookup, 2));
    assertArrayEquals(NOTHING, found(lookup, 2, 5));
    assertArrayEquals(ids(1, 2), found(new PromptLookup(1, NOTHING), 2, 3, 1, 2, 3));
  }

  @Test
  void nGramsAreNoLongerThanAsked() {
    PromptLookup lookup = new PromptLookup(2, NOTHING);
    assertArrayEquals(ids(8), found(lookup, 1, 1, 2, 3, 7, 9, 2, 3, 8, 1, 2, 3));
    assertEquals(2, lookup.grounds(ids(1, 2, 3, 1, 2, 3), 6));
  }

  @Test
  void whatRepeatsItselfGoesOn() {
    PromptLookup lookup = new PromptLookup(4, NOTHING);
    assertArrayEquals(ids(4, 5, 4, 5, 4), found(lookup, 5, 4, 5, 4, 5));
    assertArrayEquals(ids(6, 6, 6), found(lookup, 3, 6, 6, 6));
  }

  @Test
  void anAnswerBeginsAndGoesOnAsPredicted() {
    PromptLookup lookup = PromptLookup.predicted(4, ids(10, 11, 12, 13), 3);
    assertArrayEquals(ids(10, 11), found(lookup, 2, 1, 2, 3));
    assertArrayEquals(ids(12, 13), found(lookup, 9, 1, 2, 3, 10, 11));
    assertArrayEquals(ids(13), found(lookup, 9, 11, 12, 8, 11, 12), "before the sequence");
    assertArrayEquals(NOTHING, found(lookup, 9, 1, 2, 3, 12, 13), "its end");
  }
}
