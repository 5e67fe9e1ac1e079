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
import java.util.stream.IntStream;

/**
 * Short convolutions, in a layer that stores fewer positions than the sequence has, beside one of
 * keys and values and another convolution, which shows a write beside its place. Every case also
 * runs over a cache that stores everything, and both must give the same bits.
 */
final class ShortConvCases {
  private static final int RING = 0;
  private static final int BESIDE = 2;

  private final List<ConformanceCase> cases = new ArrayList<>();

  /** What the results overwrite. */
  private enum Place {
    NOTHING,
    VALUES,
    IN_GATE,
    OUT_GATE
  }

  /**
   * A sequence.
   *
   * @param positions in all
   * @param batch tokens that are fed together
   * @param back how far the sequence goes back at its end, to be fed with other rows from there
   */
  private record Feed(int positions, int batch, int back) {}

  private ShortConvCases() {
    conv(1, 3, new Feed(1, 1, 0), Place.NOTHING);
    conv(5, 1, new Feed(40, 4, 0), Place.NOTHING);
    conv(64, 2, new Feed(33, 1, 0), Place.VALUES);
    conv(63, 3, new Feed(100, 7, 0), Place.IN_GATE);
    conv(130, 3, new Feed(70, 16, 0), Place.OUT_GATE);
    conv(259, 4, new Feed(50, 40, 0), Place.OUT_GATE);
    conv(32, 20, new Feed(110, 3, 0), Place.NOTHING);
    conv(68, 3, new Feed(120, 9, 20), Place.OUT_GATE);
    conv(7, 5, new Feed(48, 8, 11), Place.NOTHING);
  }

  static List<ConformanceCase> all() {
    return new ShortConvCases().cases;
  }

  private void conv(int cols, int length, Feed feed, Place over) {
    for (boolean extreme : new boolean[] {false, true}) {
      String name =
          "shortConv of "
              + length
              + ", "
              + cols
              + " columns, "
              + feed.positions
              + " positions by "
              + feed.batch
              + ", back by "
              + feed.back
              + ", over "
              + over
              + (extreme ? ", extremes" : "");
      int n = feed.positions;
      int places = length + feed.batch - 1 + feed.back;
      cases.add(
          new ConformanceCase(
              name,
              rig -> {
                Inputs in = new Inputs(name);
                int values = 2 * (n + feed.back) * cols;
                float[] x = extreme ? in.stored(values, true) : in.floats(values, 2f);
                Run run = new Run(rig, feed, x, in.floats(values, 3f), in.floats(values, 3f), over);
                Tensor weight = rig.vector(in.floats(cols * length, extreme ? 1e9f : 1f));
                float[] expected = run.over(spec(n, cols, n), weight);
                float[] actual = run.over(spec(n, cols, places), weight);
                if (Arrays.mismatch(expected, actual) >= 0) {
                  throw new IllegalStateException(
                      name + ": value " + Arrays.mismatch(expected, actual) + " differs");
                }
                return actual;
              }));
    }
  }

  private static KvSpec spec(int positions, int cols, int places) {
    return new KvSpec(
        positions,
        KvType.Q8_0,
        List.of(
            KvSpec.Layer.rows(cols, places),
            KvSpec.Layer.of(new KvSpec.Heads(1, 32, 32), positions),
            KvSpec.Layer.rows(cols, positions)));
  }

  /** Values and gates of both layers, one after the other. */
  private record Run(Rig rig, Feed feed, float[] x, float[] in, float[] out, Place over) {

    /** The results of both layers, and their last rows as they are stored. */
    float[] over(KvSpec spec, Tensor weight) {
      int cols = spec.width(RING);
      int fed = feed.positions + feed.back;
      int kept = Math.min(feed.positions, weight.cols() / cols);
      KvCache cache = rig.backend().allocateKv(spec);
      Guarded results = rig.guarded(2 * fed + 2 * kept, cols);
      float[] overwritten = over == Place.VALUES ? x : over == Place.IN_GATE ? in : out;
      results.with(Arrays.copyOf(overwritten, overwritten.length + 2 * kept * cols));
      Commands commands = rig.backend().record();
      for (int layer : new int[] {RING, BESIDE}) {
        int from = layer == RING ? 0 : fed;
        Tensor all = results.inner().rows(from, fed);
        Tensor values = rows(Place.VALUES, x, all, from);
        Tensor inGate = rows(Place.IN_GATE, in, all, from);
        Tensor outGate = rows(Place.OUT_GATE, out, all, from);
        for (int row = 0; row < fed; ) {
          int n = Math.min(feed.batch, (row < feed.positions ? feed.positions : fed) - row);
          int position = row < feed.positions ? row : row - feed.back;
          commands.shortConv(
              new Command.ShortConv(
                  values.rows(row, n),
                  inGate.rows(row, n),
                  outGate.rows(row, n),
                  weight,
                  List.of(new SequenceRows(cache, position, n)),
                  layer,
                  all.rows(row, n)));
          row += n;
        }
        int[] last =
            IntStream.range(feed.positions - kept, feed.positions)
                .map(p -> p % spec.capacity(layer))
                .toArray();
        Tensor stored = results.inner().rows(2 * fed + (layer == RING ? 0 : kept), kept);
        commands.gather(cache.rows(layer), last, stored);
      }
      float[] everything = results.after(commands);
      rig.backend().release(cache);
      return everything;
    }

    private Tensor rows(Place place, float[] values, Tensor results, int from) {
      int cols = results.cols();
      return over == place
          ? results
          : rig.activation(
              results.rows(),
              cols,
              Arrays.copyOfRange(values, from * cols, (from + results.rows()) * cols));
    }
  }
}
