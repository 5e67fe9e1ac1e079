package io.wasmchord.conformance;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A layer that stores fewer positions than the sequence has, between two that store all, which show
 * a write beside its place. Every case also runs over a cache that stores everything, and both must
 * give the same bits.
 */
final class RingCases {
  private static final int HEADS = 4;
  private static final int LAYERS = 3;
  private static final int RING = 1;

  private final List<ConformanceCase> cases = new ArrayList<>();

  /**
   * A sequence.
   *
   * @param positions in all
   * @param batch tokens that are fed together
   * @param window positions that a token sees
   * @param back how far the sequence goes back at its end, to be fed with other rows from there
   */
  private record Feed(int positions, int batch, int window, int back) {
    /** Places of the layer with the window, before they are rounded up. */
    int places() {
      return window + batch - 1 + back;
    }
  }

  private RingCases() {
    for (KvType type : KvType.values()) {
      int odd = type == KvType.Q8_0 ? 32 : 20;
      ring(type, 32, 32, new Feed(100, 4, 5, 0), 0f);
      ring(type, odd, 3 * odd, new Feed(70, 16, 1, 0), 0f);
      ring(type, 32, 64, new Feed(50, 1, 16, 0), 0f);
      ring(type, 2 * odd, odd, new Feed(200, 40, 20, 0), 5f);
      ring(type, 64, 32, new Feed(300, 48, 33, 0), 0f);
      ring(type, odd, 32, new Feed(120, 7, 10, 0), 0f);
      ring(type, 32, 32, new Feed(110, 3, 9, 20), 0f);
      ring(type, 32, odd, new Feed(48, 8, 30, 11), 0f);
    }
  }

  static List<ConformanceCase> all() {
    return new RingCases().cases;
  }

  private void ring(KvType type, int keyDim, int valueDim, Feed feed, float softCap) {
    String name =
        "attention over a ring of "
            + type
            + ", keys of "
            + keyDim
            + ", values of "
            + valueDim
            + ", "
            + feed.positions
            + " positions by "
            + feed.batch
            + ", window "
            + feed.window
            + ", back by "
            + feed.back
            + ", cap "
            + softCap;
    int n = feed.positions;
    KvSpec whole = new KvSpec(LAYERS, n, 2, keyDim, valueDim, type);
    KvSpec bounded = new KvSpec(n, 2, keyDim, valueDim, type, List.of(n, feed.places(), n));
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              float[] expected = run(rig, name, whole, feed, softCap);
              float[] actual = run(rig, name, bounded, feed, softCap);
              if (Arrays.mismatch(expected, actual) >= 0) {
                throw new IllegalStateException(
                    name + ": value " + Arrays.mismatch(expected, actual) + " differs");
              }
              return actual;
            }));
  }

  /** What every token of the ring sees, and the last ones of the layers beside it. */
  private static float[] run(Rig rig, String name, KvSpec spec, Feed feed, float softCap) {
    Inputs in = new Inputs(name);
    int n = feed.positions;
    int fed = n + feed.back;
    KvCache cache = rig.backend().allocateKv(spec);
    int keyCols = spec.heads(0).count() * spec.heads(0).keyDim();
    int valueCols = spec.heads(0).count() * spec.heads(0).valueDim();
    int queryCols = HEADS * spec.heads(0).keyDim();
    Tensor k = rig.activation(LAYERS * fed, keyCols, in.floats(LAYERS * fed * keyCols, 2f));
    Tensor v = rig.activation(LAYERS * fed, valueCols, in.floats(LAYERS * fed * valueCols, 2f));
    Tensor q = rig.activation(fed, queryCols, in.floats(fed * queryCols, 1f));
    Guarded out = rig.guarded(fed + 2 * (LAYERS - 1), HEADS * spec.heads(0).valueDim());
    Commands commands = rig.backend().record();
    for (int row = 0; row < fed; ) {
      int rows = Math.min(feed.batch, (row < n ? n : fed) - row);
      int position = row < n ? row : row - feed.back;
      for (int layer = 0; layer < LAYERS; layer++) {
        int from = layer * fed + row;
        commands.storeKv(k.rows(from, rows), v.rows(from, rows), cache, layer, position);
      }
      Tensor result = out.inner().rows(row, rows);
      commands.attention(
          new Command.Attention(
              q.rows(row, rows),
              List.of(new SequenceRows(cache, position, rows)),
              RING,
              HEADS,
              0.25f,
              softCap,
              feed.window,
              0,
              result));
      row += rows;
    }
    for (int beside = 0; beside < LAYERS - 1; beside++) {
      Tensor result = out.inner().rows(fed + 2 * beside, 2);
      List<SequenceRows> last = List.of(new SequenceRows(cache, n - 2, 2));
      commands.attention(
          new Command.Attention(
              q.rows(0, 2), last, 2 * beside, HEADS, 0.25f, softCap, 0, 0, result));
    }
    float[] all = out.after(commands);
    rig.backend().release(cache);
    return all;
  }
}
