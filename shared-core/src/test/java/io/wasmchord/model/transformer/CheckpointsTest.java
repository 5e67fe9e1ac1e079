package io.wasmchord.model.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CheckpointsTest {
  private static void feed(Checkpoints c, int from, int to, int batch) {
    for (int at = from; at < to; at += batch) {
      int end = Math.min(to, at + batch);
      c.finished(end, c.begin(at, end));
    }
  }

  @Test
  void goesOnWhereItEndedAndAtCheckpoints() {
    Checkpoints c = new Checkpoints(4, 10);
    assertEquals(0, c.before(0));
    feed(c, 0, 35, 5);
    assertEquals(35, c.before(35));
    assertEquals(30, c.before(34));
    assertEquals(20, c.before(29));
    assertEquals(0, c.before(9));
    assertEquals(0, c.restored(35));
    assertEquals(0, c.restored(0));
    assertTrue(c.restored(20) > 0);
    assertThrows(IllegalStateException.class, () -> c.restored(21));
  }

  @Test
  void whatLiesBehindIsForgottenOnceItGoesOnEarlier() {
    Checkpoints c = new Checkpoints(4, 10);
    feed(c, 0, 35, 5);
    c.restored(10);
    feed(c, 10, 15, 5);
    assertEquals(15, c.before(15));
    assertEquals(15, c.before(40), "20 and 30 are of other tokens");
    assertEquals(10, c.before(14));
    feed(c, 0, 5, 5);
    assertEquals(0, c.before(4));
    assertEquals(5, c.before(5));
  }

  @Test
  void aBatchThatDoesNotEndLeavesNoState() {
    Checkpoints c = new Checkpoints(2, 10);
    feed(c, 0, 20, 5);
    c.begin(20, 25);
    assertEquals(20, c.before(20), "the copy");
    assertEquals(20, c.before(25));
    c.begin(20, 30);
    assertEquals(20, c.before(30), "the copy for 30 was not made");
    Checkpoints none = new Checkpoints(0, 10);
    feed(none, 0, 20, 5);
    assertEquals(20, none.before(20));
    none.begin(20, 25);
    assertEquals(0, none.before(20));
    assertThrows(IllegalStateException.class, () -> none.restored(20));
  }

  /** With as many tokens as there are copies and more, gaps are never over four times the least. */
  @Test
  void copiesThatDoNotSufficeCoverTheSequenceEvenly() {
    Checkpoints c = new Checkpoints(8, 16);
    Random random = new Random(1);
    int at = 0;
    while (at < 10_000) {
      int end = at + 1 + random.nextInt(16);
      c.finished(end, c.begin(at, end));
      at = end;
      int widest = 0;
      int last = at;
      for (int p = at - 1; p > 0; p = c.before(p) - 1) {
        widest = Math.max(widest, last - c.before(p));
        last = c.before(p);
      }
      assertTrue(widest <= Math.max(32, 4 * at / 8), widest + " at " + at);
    }
  }

  private static void keep(Checkpoints c, int position) {
    int slot = c.keep(position);
    if (slot != 0) {
      c.kept(position, slot);
    }
  }

  @Test
  void aKeptCopyLastsUntilTheNext() {
    Checkpoints c = new Checkpoints(3, 10);
    feed(c, 0, 22, 2);
    keep(c, 22);
    feed(c, 22, 27, 5);
    assertEquals(22, c.before(26));
    feed(c, 22, 24, 2);
    assertEquals(24, c.before(24));
    keep(c, 24);
    feed(c, 24, 29, 5);
    assertEquals(24, c.before(28));
    assertEquals(20, c.before(23), "22 went, 20 and 10 stay");
    assertEquals(10, c.before(19));
  }

  @Test
  void aKeptCopyStaysWhereItIsFarBehindTheOthers() {
    Checkpoints c = new Checkpoints(3, 10);
    for (int at = 0; at < 40; at += 4) {
      keep(c, at);
      feed(c, at, at + 4, 4);
    }
    assertTrue(c.before(35) > 20, c.before(35) + "");
    assertTrue(c.before(20) >= 8, c.before(20) + "");
  }

  @Test
  void nothingIsKeptTwiceOrWithoutSlots() {
    Checkpoints c = new Checkpoints(1, 10);
    feed(c, 0, 3, 3);
    assertEquals(0, c.keep(0));
    keep(c, 3);
    assertEquals(0, c.keep(3));
    assertThrows(IllegalStateException.class, () -> c.keep(2));
    Checkpoints none = new Checkpoints(0, 10);
    feed(none, 0, 3, 3);
    assertEquals(0, none.keep(3));
  }
}
