package io.wasmchord.conformance;

import io.wasmchord.backend.Columns;
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
 * Commands of recurrent layers. Each sequence runs in one batch, in batches of several sizes,
 * beside another one, and over a state that holds something at its begin; all must give the same
 * bits, and leave alone what is beside their part of the state.
 */
final class RecurrentCases {
  private static final int LAYER = 1;
  private static final int BEFORE = 3; // values of the state before the command's
  private static final int BEHIND = 5;

  private final List<ConformanceCase> cases = new ArrayList<>();

  /** How large the values are that go in. */
  private enum Fill {
    ORDINARY,
    ZEROS,
    EXTREMES;

    float[] values(Inputs in, int n, float magnitude) {
      return switch (this) {
        case ORDINARY -> in.floats(n, magnitude);
        case ZEROS -> new float[n];
        case EXTREMES -> in.stored(n, true);
      };
    }

    String suffix() {
      return this == ORDINARY ? "" : ", " + this;
    }
  }

  /** A command over rows of what a case has. */
  private interface Op {
    int stateValues();

    int outColumns();

    /** Makes what goes in, for so many rows. */
    Recorder prepare(Rig rig, int rows);
  }

  /** Records the command for some of the rows. */
  private interface Recorder {
    void record(Commands commands, int from, int count, List<SequenceRows> sequences, Tensor out);
  }

  private RecurrentCases() {
    conv(1, 4, false, false);
    conv(5, 1, true, true);
    conv(63, 4, true, false);
    conv(64, 2, false, true);
    conv(130, 3, true, true);
    conv(259, 4, false, true);
    conv(68, 9, true, true);
    deltaNet(new Net(1, 1, 1, 1, false, false));
    deltaNet(new Net(2, 1, 8, 16, false, false));
    deltaNet(new Net(4, 2, 5, 7, true, false));
    deltaNet(new Net(4, 2, 128, 128, true, false));
    deltaNet(new Net(6, 3, 32, 20, false, false));
    deltaNet(new Net(3, 3, 16, 33, false, true));
    deltaNet(new Net(2, 2, 64, 64, true, true));
    scan(new Scan(2, 16, 1, 8));
    scan(new Scan(4, 5, 2, 7));
    scan(new Scan(8, 64, 2, 128));
    scan(new Scan(3, 20, 1, 16));
    scan(new Scan(1, 1, 1, 1));
    scan(new Scan(5, 1, 1, 4));
    scan(new Scan(40, 1, 1, 16));
    scan(new Scan(67, 1, 1, 16));
    for (int cols : new int[] {1, 7, 64, 515}) {
      shift(cols);
    }
    for (int[] shape : new int[][] {{1, 1}, {2, 5}, {3, 33}, {2, 64}}) {
      wkv(shape[0], shape[1], false);
      wkv(shape[0], shape[1], true);
      bonus(shape[0], shape[1]);
    }
    columns();
  }

  static List<ConformanceCase> all() {
    return new RecurrentCases().cases;
  }

  private void conv(int columns, int length, boolean biased, boolean silu) {
    for (Fill fill : Fill.values()) {
      String name =
          "causalConv of "
              + length
              + ", "
              + columns
              + " columns"
              + (biased ? ", biased" : "")
              + (silu ? ", silu" : "")
              + fill.suffix();
      add(
          name,
          new Op() {
            @Override
            public int stateValues() {
              return (length - 1) * columns;
            }

            @Override
            public int outColumns() {
              return columns;
            }

            @Override
            public Recorder prepare(Rig rig, int rows) {
              Inputs in = new Inputs(name);
              Tensor x = rig.activation(rows, columns, fill.values(in, rows * columns, 2f));
              Tensor weight = rig.vector(in.floats(columns * length, 1f));
              Tensor bias = biased ? rig.vector(in.floats(columns, 1f)) : null;
              return (commands, from, count, sequences, out) ->
                  commands.causalConv(
                      new Command.CausalConv(
                          x.rows(from, count), weight, bias, silu, sequences, LAYER, BEFORE, out));
            }
          });
    }
  }

  private record Net(
      int heads, int keyHeads, int keyDim, int valueDim, boolean tiled, boolean byRow) {}

  private void deltaNet(Net n) {
    for (Fill fill : Fill.values()) {
      String name =
          "deltaNet of "
              + n.heads
              + " heads of "
              + n.keyDim
              + " by "
              + n.valueDim
              + ", "
              + n.keyHeads
              + " keys"
              + (n.tiled ? ", tiled" : "")
              + (n.byRow ? ", decays by row" : "")
              + fill.suffix();
      add(name, new DeltaNet(name, n, fill));
    }
  }

  private record DeltaNet(String name, Net n, Fill fill) implements Op {
    @Override
    public int stateValues() {
      return n.heads * n.keyDim * n.valueDim;
    }

    @Override
    public int outColumns() {
      return n.heads * n.valueDim;
    }

    @Override
    public Recorder prepare(Rig rig, int rows) {
      Inputs in = new Inputs(name);
      int keys = n.keyHeads * n.keyDim;
      int values = n.heads * n.valueDim;
      int all = 2 * keys + values + 1;
      float[] parts = fill.values(in, rows * all, 1f);
      if (fill != Fill.ZEROS) {
        shortKeys(in, parts, all, 2 * keys); // others make the matrix grow without bound
      }
      Tensor mixed = rig.activation(rows, all, parts);
      int decays = n.heads * (n.byRow ? n.keyDim : 1);
      float[] decay = in.floats(rows * decays, 0.5f);
      for (int i = 0; i < decay.length; i++) {
        decay[i] = fill == Fill.EXTREMES && i % 3 == 0 ? 0f : 0.5f + decay[i];
      }
      Tensor g = rig.activation(rows, decays, decay);
      Tensor beta = rig.activation(rows, n.heads, in.floats(rows * n.heads, 1f));
      return (commands, from, count, sequences, out) -> {
        Tensor part = mixed.rows(from, count);
        commands.deltaNet(
            new Command.DeltaNet(
                new Columns(part, 1, keys),
                new Columns(part, 1 + keys, keys),
                new Columns(part, 1 + 2 * keys, values),
                g.rows(from, count),
                beta.rows(from, count),
                n.keyDim,
                n.tiled,
                0.3f,
                sequences,
                LAYER,
                BEFORE,
                out));
      };
    }
  }

  private static void shortKeys(Inputs in, float[] rows, int cols, int keys) {
    for (int i = 0; i < rows.length; i++) {
      if (i % cols >= 1 && i % cols <= keys) {
        rows[i] = in.uniform() / keys;
      }
    }
  }

  private record Scan(int heads, int headDim, int groups, int size) {
    int channels() {
      return heads * headDim;
    }
  }

  private void scan(Scan s) {
    for (Fill fill : Fill.values()) {
      String name =
          "ssmScan of "
              + s.heads
              + " heads of "
              + s.headDim
              + ", "
              + s.groups
              + " groups of "
              + s.size
              + fill.suffix();
      add(name, new SsmScan(name, s, fill));
    }
  }

  private record SsmScan(String name, Scan s, Fill fill) implements Op {
    @Override
    public int stateValues() {
      return s.channels() * s.size;
    }

    @Override
    public int outColumns() {
      return s.channels();
    }

    @Override
    public Recorder prepare(Rig rig, int rows) {
      Inputs in = new Inputs(name);
      int all = s.channels() + 2 * s.groups * s.size + 2;
      Tensor mixed = rig.activation(rows, all, fill.values(in, rows * all, 1f));
      Tensor dt = rig.activation(rows, s.heads, negative(in, rows * s.heads, -1f));
      boolean byChannel = s.headDim == 1;
      int rates = byChannel ? s.size : 1;
      float[] a = negative(in, s.heads * rates, fill == Fill.EXTREMES ? 300f : 1f);
      Tensor rate = rig.activation(s.heads, rates, a);
      Tensor d = rig.vector(in.floats(s.heads, 1f));
      return (commands, from, count, sequences, out) -> {
        Tensor part = mixed.rows(from, count);
        commands.ssmScan(
            new Command.SsmScan(
                new Columns(part, 1, s.channels()),
                dt.rows(from, count),
                rate,
                new Columns(part, 1 + s.channels(), s.groups * s.size),
                new Columns(part, 1 + s.channels() + s.groups * s.size, s.groups * s.size),
                d,
                s.size,
                sequences,
                LAYER,
                BEFORE,
                out));
      };
    }

    /** Values from 0 to {@code -magnitude}. */
    private static float[] negative(Inputs in, int n, float magnitude) {
      float[] values = in.floats(n, magnitude);
      for (int i = 0; i < n; i++) {
        values[i] = Math.abs(values[i]) * (magnitude > 0 ? -1f : 1f);
      }
      return values;
    }
  }

  private void shift(int cols) {
    for (Fill fill : Fill.values()) {
      String name = "tokenShift, " + cols + " columns" + fill.suffix();
      add(
          name,
          new Op() {
            @Override
            public int stateValues() {
              return cols;
            }

            @Override
            public int outColumns() {
              return cols;
            }

            @Override
            public Recorder prepare(Rig rig, int rows) {
              float[] values = fill.values(new Inputs(name), rows * cols, 2f);
              Tensor x = rig.activation(rows, cols, values);
              return (commands, from, count, sequences, out) ->
                  commands.tokenShift(
                      new Command.TokenShift(x.rows(from, count), sequences, LAYER, BEFORE, out));
            }
          });
    }
  }

  private void wkv(int heads, int dim, boolean delta) {
    for (Fill fill : Fill.values()) {
      String name =
          "wkv of " + heads + " heads of " + dim + (delta ? ", delta" : "") + fill.suffix();
      add(name, new Wkv(name, heads, dim, delta, fill));
    }
  }

  private record Wkv(String name, int heads, int dim, boolean delta, Fill fill) implements Op {
    @Override
    public int stateValues() {
      return heads * dim * dim;
    }

    @Override
    public int outColumns() {
      return heads * dim;
    }

    @Override
    public Recorder prepare(Rig rig, int rows) {
      Inputs in = new Inputs(name);
      int cols = heads * dim;
      Tensor[] operands = new Tensor[6]; // r, w, k, v, a, b
      for (int i = 0; i < operands.length; i++) {
        boolean any = i == 0 || i == 3;
        float[] values =
            any ? fill.values(in, rows * cols, 1f) : in.floats(rows * cols, i == 1 ? 1f : 0.2f);
        operands[i] = rig.activation(rows, cols, values);
      }
      return (commands, from, count, sequences, out) ->
          commands.wkv(
              new Command.Wkv(
                  operands[0].rows(from, count),
                  operands[1].rows(from, count),
                  operands[2].rows(from, count),
                  operands[3].rows(from, count),
                  delta ? operands[4].rows(from, count) : null,
                  delta ? operands[5].rows(from, count) : null,
                  dim,
                  sequences,
                  LAYER,
                  BEFORE,
                  out));
    }
  }

  private void bonus(int heads, int dim) {
    String name = "addBonus, " + heads + " heads of " + dim;
    int cols = heads * dim;
    cases.add(
        inPlace(
            name,
            cols,
            (c, x, vectors) -> {
              Tensor r = vectors.rows(3, cols);
              Tensor k = vectors.rows(3, cols);
              Tensor v = vectors.rows(3, cols);
              c.addBonus(new Command.AddBonus(x, r, k, vectors.get(cols), v, dim));
            }));
  }

  /** Rows of both sequences. */
  private static final int FIRST = 23;

  private static final int SECOND = 11; // more than any convolution keeps

  private void add(String name, Op op) {
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              Recorder recorder = op.prepare(rig, FIRST + SECOND);
              float[] whole = new Run(rig, op, recorder).of(0, FIRST, FIRST, false);
              for (int batch : new int[] {1, 4, 7}) {
                same(name, whole, new Run(rig, op, recorder).of(0, FIRST, batch, batch == 4));
              }
              float[] other = new Run(rig, op, recorder).of(FIRST, SECOND, 2, false);
              float[] both = new Run(rig, op, recorder).together();
              int cols = op.outColumns();
              int kept = BEFORE + op.stateValues() + BEHIND;
              same(
                  name,
                  Arrays.copyOfRange(whole, 0, (1 + FIRST) * cols),
                  slice(both, 0, (1 + FIRST) * cols));
              same(
                  name,
                  Arrays.copyOfRange(other, cols, (1 + SECOND) * cols),
                  slice(both, (1 + FIRST) * cols, SECOND * cols));
              int states = (2 + FIRST + SECOND) * cols;
              same(name, last(whole, kept), slice(both, states, kept));
              same(name, last(other, kept), slice(both, states + kept, kept));
              return both;
            }));
  }

  private static float[] slice(float[] values, int from, int count) {
    return Arrays.copyOfRange(values, from, from + count);
  }

  private static float[] last(float[] values, int count) {
    return slice(values, values.length - count, count);
  }

  private static void same(String name, float[] expected, float[] actual) {
    if (Arrays.mismatch(expected, actual) >= 0) {
      throw new IllegalStateException(
          name + ": value " + Arrays.mismatch(expected, actual) + " differs");
    }
  }

  /** Results, sentinels included, then the states as they are left. */
  private record Run(Rig rig, Op op, Recorder recorder) {
    private int values() {
      return BEFORE + op.stateValues() + BEHIND;
    }

    private KvCache cache(boolean dirty) {
      KvSpec.Layer plain = KvSpec.Layer.of(new KvSpec.Heads(1, 32, 32), 64);
      KvSpec.Layer recurrent = new KvSpec.Layer(KvSpec.Heads.NONE, 0, 0, values());
      KvCache cache =
          rig.backend()
              .allocateKv(new KvSpec(64, KvType.F32, List.of(plain, recurrent, recurrent), 1));
      float[] fill = new float[values()];
      Arrays.fill(fill, Rig.SENTINEL);
      if (dirty) {
        Arrays.fill(fill, BEFORE, BEFORE + op.stateValues(), Float.NaN);
      }
      rig.write(cache.state(LAYER), fill);
      return cache;
    }

    float[] of(int from, int rows, int batch, boolean dirty) {
      KvCache cache = cache(dirty);
      Guarded out = rig.guarded(rows, op.outColumns());
      Commands commands = rig.backend().record();
      for (int at = 0; at < rows; at += batch) {
        int n = Math.min(batch, rows - at);
        recorder.record(
            commands,
            from + at,
            n,
            List.of(new SequenceRows(cache, at, n)),
            out.inner().rows(at, n));
      }
      return after(out, commands, List.of(cache));
    }

    float[] together() {
      List<KvCache> caches = List.of(cache(false), cache(true));
      Guarded out = rig.guarded(FIRST + SECOND, op.outColumns());
      Commands commands = rig.backend().record();
      recorder.record(
          commands,
          0,
          FIRST + SECOND,
          List.of(
              new SequenceRows(caches.get(0), 0, FIRST),
              new SequenceRows(caches.get(1), 0, SECOND)),
          out.inner());
      return after(out, commands, caches);
    }

    private float[] after(Guarded out, Commands commands, List<KvCache> caches) {
      float[] states = new float[caches.size() * values()];
      for (int i = 0; i < caches.size(); i++) {
        commands.readBack(caches.get(i).state(LAYER), states, i * values());
      }
      float[] results = out.after(commands);
      caches.forEach(rig.backend()::release);
      float[] all = Arrays.copyOf(results, results.length + states.length);
      System.arraycopy(states, 0, all, results.length, states.length);
      return all;
    }
  }

  private void columns() {
    for (int[] shape :
        new int[][] {{1, 0, 1, 1}, {70, 3, 64, 16}, {260, 0, 260, 130}, {40, 5, 33, 11}}) {
      String name =
          "l2Norm [3, "
              + shape[0]
              + "], "
              + shape[2]
              + " from "
              + shape[1]
              + ", runs of "
              + shape[3];
      cases.add(
          inPlace(
              name,
              shape[0],
              (c, x, row) -> c.l2Norm(new Columns(x, shape[1], shape[2]), shape[3], 1e-6f)));
    }
    for (int[] shape : new int[][] {{1, 1}, {7, 7}, {64, 8}, {130, 10}, {96, 96}}) {
      String name = "scaleColumns [3, " + shape[0] + "] by " + shape[1];
      cases.add(inPlace(name, shape[0], (c, x, row) -> c.scaleColumns(x, row.get(shape[1]))));
    }
    for (int[] shape :
        new int[][] {{1, 0, 1, 1, 1}, {20, 1, 3, 5, 9}, {256, 32, 32, 64, 128}, {13, 4, 2, 2, 8}}) {
      String name =
          "copyColumns of [3, "
              + shape[0]
              + "], "
              + shape[2]
              + " of "
              + shape[3]
              + " from "
              + shape[1];
      cases.add(
          new ConformanceCase(
              name,
              rig -> {
                float[] values = new Inputs(name).awkward(3 * shape[0]);
                Tensor x = rig.activation(3, shape[0], values);
                Guarded out = rig.guarded(3, shape[4]);
                return out.after(
                    rig.backend()
                        .record()
                        .copyColumns(x, shape[1], shape[2], shape[3], out.inner()));
              }));
    }
  }

  private interface Vectors {
    Tensor rows(int rows, int values);

    default Tensor get(int values) {
      return rows(1, values);
    }
  }

  private interface InPlace {
    void record(Commands commands, Tensor x, Vectors vectors);
  }

  private static ConformanceCase inPlace(String name, int cols, InPlace command) {
    return new ConformanceCase(
        name,
        rig -> {
          Inputs in = new Inputs(name);
          Guarded x = rig.guarded(3, cols).with(in.awkward(3 * cols));
          Commands commands = rig.backend().record();
          command.record(
              commands, x.inner(), (rows, n) -> rig.activation(rows, n, in.floats(rows * n, 2f)));
          return x.after(commands);
        });
  }
}
