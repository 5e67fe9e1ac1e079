package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Columns;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import java.util.Arrays;
import java.util.List;

/** Commands that take little time: the scalar backend's own, split over rows. */
final class RowCommands {
  private RowCommands() {}

  /**
   * How a command splits.
   *
   * @param label for a profile
   * @param rows that are independent
   */
  record Split(String label, int rows, Part part) {
    private static Split of(String label, Tensor whole, Part part) {
      return new Split(label, whole.rows(), part);
    }
  }

  /** Some rows of a command, on the scalar backend's tensors. */
  interface Part {
    Commands of(int from, int count);
  }

  /** Whether rows of a command are independent; others take all threads or need not. */
  static boolean has(Command command) {
    return switch (command) {
      case Command.MatMul c -> false;
      case Command.CopyHeads c -> false;
      case Command.HeadMatMul c -> false;
      case Command.StoreKv c -> false;
      case Command.Attention c -> false;
      case Command.Experts c -> false;
      case Command.CausalConv c -> false;
      case Command.DeltaNet c -> false;
      case Command.SsmScan c -> false;
      case Command.TokenShift c -> false;
      case Command.Wkv c -> false;
      default -> true;
    };
  }

  static Split of(Command command) {
    return switch (command) {
      case Command.Embed c -> embed(c);
      case Command.Gather c -> gather(c);
      case Command.Rope c -> rope(c);
      case Command.Activate c ->
          Split.of("activate", c.x(), (i, n) -> list().activate(part(c.x(), i, n), c.activation()));
      case Command.AddScaled c ->
          Split.of(
              "addScaled",
              c.x(),
              (i, n) -> list().addScaled(part(c.x(), i, n), part(c.y(), i, n), c.factor()));
      case Command.AddGated c -> addGated(c);
      case Command.Clamp c ->
          Split.of("clamp", c.x(), (i, n) -> list().clamp(part(c.x(), i, n), c.bound()));
      case Command.Xielu c -> Split.of("xielu", c.x(), (i, n) -> list().xielu(part(c, i, n)));
      case Command.ScaleRows c ->
          Split.of(
              "scaleRows",
              c.x(),
              (i, n) -> list().scaleRows(part(c.x(), i, n), part(c.factors(), i, n)));
      case Command.Scale c ->
          Split.of("scale", c.x(), (i, n) -> list().scale(part(c.x(), i, n), c.factor()));
      case Command.SoftCap c ->
          Split.of("softCap", c.x(), (i, n) -> list().softCap(part(c.x(), i, n), c.cap()));
      case Command.ArgMax c ->
          Split.of(
              "argMax",
              c.x(),
              (i, n) ->
                  list()
                      .argMax(
                          part(c.x(), i, n),
                          c.count(),
                          part(c.index(), i, n),
                          part(c.value(), i, n)));
      case Command.TopK c ->
          Split.of(
              "topK",
              c.x(),
              (i, n) ->
                  list()
                      .topK(
                          part(c.x(), i, n),
                          c.count(),
                          part(c.indices(), i, n),
                          part(c.values(), i, n)));
      case Command.ShortConv c ->
          new Split("shortConv", c.sequences().size(), (i, n) -> list().shortConv(part(c, i, n)));
      case Command.ReadBack c ->
          new Split("readBack", 1, (i, n) -> list().readBack(plain(c.src()), c.dst(), c.offset()));
      case Command.L2Norm c ->
          Split.of(
              "l2Norm",
              c.x().tensor(),
              (i, n) -> list().l2Norm(part(c.x(), i, n), c.size(), c.eps()));
      case Command.ScaleColumns c ->
          Split.of(
              "scaleColumns",
              c.x(),
              (i, n) -> list().scaleColumns(part(c.x(), i, n), plain(c.factors())));
      case Command.CopyColumns c ->
          Split.of(
              "copyColumns",
              c.x(),
              (i, n) ->
                  list()
                      .copyColumns(
                          part(c.x(), i, n), c.from(), c.width(), c.stride(), part(c.out(), i, n)));
      case Command.RmsNorm c ->
          norm(
              c.x(),
              c.weight(),
              (i, n) ->
                  list()
                      .rmsNorm(part(c.x(), i, n), plain(c.weight()), c.eps(), part(c.out(), i, n)));
      case Command.LayerNorm c ->
          norm(
              c.x(),
              c.weight(),
              (i, n) ->
                  list()
                      .layerNorm(
                          part(c.x(), i, n), plain(c.weight()), c.eps(), part(c.out(), i, n)));
      case Command.AddBias c ->
          Split.of("addBias", c.x(), (i, n) -> list().addBias(part(c.x(), i, n), plain(c.bias())));
      case Command.Add c ->
          Split.of("add", c.x(), (i, n) -> list().add(part(c.x(), i, n), part(c.y(), i, n)));
      case Command.Gate c ->
          Split.of(
              "gate",
              c.out(),
              (i, n) ->
                  list()
                      .gate(
                          part(c.gate(), i, n),
                          part(c.up(), i, n),
                          c.activation(),
                          c.limit(),
                          part(c.out(), i, n)));
      case Command.MatMul c -> throw own(c);
      case Command.CopyHeads c -> throw own(c);
      case Command.HeadMatMul c -> throw own(c);
      case Command.StoreKv c -> throw own(c);
      case Command.Attention c -> throw own(c);
      case Command.Experts c -> throw own(c);
      case Command.CausalConv c -> throw own(c);
      case Command.DeltaNet c -> throw own(c);
      case Command.SsmScan c -> throw own(c);
      case Command.TokenShift c -> throw own(c);
      case Command.Wkv c -> throw own(c);
      case Command.AddBonus c -> addBonus(c);
      case Command.AddMixed c ->
          Split.of("addMixed", c.x(), (i, n) -> list().addMixed(part(c, i, n)));
      case Command.MatchLength c ->
          Split.of(
              "matchLength",
              c.x(),
              (i, n) -> list().matchLength(part(c.x(), i, n), part(c.like(), i, n), c.eps()));
      case Command.Sparsify c ->
          Split.of("sparsify", c.x(), (i, n) -> list().sparsify(part(c.x(), i, n), c.deviations()));
    };
  }

  /** By rows where each begins with the first weights. */
  private static Split norm(Tensor x, Tensor weight, Part part) {
    boolean apart = x.cols() % Math.multiplyExact(weight.rows(), weight.cols()) == 0;
    return new Split("norm", apart ? x.rows() : 1, apart ? part : (i, n) -> part.of(0, x.rows()));
  }

  private static IllegalArgumentException own(Command command) {
    return new IllegalArgumentException("this backend has its own code for " + command);
  }

  private static Split embed(Command.Embed c) {
    return Split.of(
        "embed",
        c.out(),
        (i, n) -> {
          int[] tokens = Arrays.copyOfRange(c.tokens(), i, i + n);
          return list().embed(plain(c.weight()), tokens, part(c.out(), i, n));
        });
  }

  private static Split gather(Command.Gather c) {
    return Split.of(
        "gather",
        c.out(),
        (i, n) -> {
          int[] rows = Arrays.copyOfRange(c.rows(), i, i + n);
          return list().gather(plain(c.x()), rows, part(c.out(), i, n));
        });
  }

  private static Split rope(Command.Rope c) {
    return Split.of(
        "rope",
        c.x(),
        (i, n) -> list().rope(part(c.x(), i, n), part(c.table(), i, n), c.headDim(), c.order()));
  }

  private static Split addGated(Command.AddGated c) {
    return Split.of(
        "addGated",
        c.x(),
        (i, n) -> list().addGated(part(c.x(), i, n), part(c.y(), i, n), part(c.logits(), i, n)));
  }

  private static Split addBonus(Command.AddBonus c) {
    return Split.of(
        "addBonus",
        c.x(),
        (i, n) ->
            list()
                .addBonus(
                    new Command.AddBonus(
                        part(c.x(), i, n),
                        part(c.r(), i, n),
                        part(c.k(), i, n),
                        plain(c.factors()),
                        part(c.v(), i, n),
                        c.headDim())));
  }

  private static Commands list() {
    return new Commands();
  }

  private static Tensor plain(Tensor tensor) {
    return tensor instanceof VectorTensor vector ? vector.scalar() : tensor;
  }

  /** Split by sequences alone: a row sees what the rows before it stored. */
  private static Command.ShortConv part(Command.ShortConv c, int from, int count) {
    List<SequenceRows> before = c.sequences().subList(0, from);
    List<SequenceRows> chosen = c.sequences().subList(from, from + count);
    int at = before.stream().mapToInt(SequenceRows::count).sum();
    int n = chosen.stream().mapToInt(SequenceRows::count).sum();
    return new Command.ShortConv(
        part(c.x(), at, n),
        part(c.inGate(), at, n),
        part(c.outGate(), at, n),
        plain(c.weight()),
        chosen.stream()
            .map(s -> new SequenceRows(new PlainRows(s.cache()), s.position(), s.count()))
            .toList(),
        c.layer(),
        part(c.out(), at, n));
  }

  /** A cache whose rows are the scalar backend's tensors. */
  private record PlainRows(KvCache cache) implements KvCache {
    @Override
    public KvSpec spec() {
      return cache.spec();
    }

    @Override
    public Tensor rows(int layer) {
      return plain(cache.rows(layer));
    }

    @Override
    public Tensor states(int layer) {
      return plain(cache.states(layer));
    }
  }

  private static Command.Xielu part(Command.Xielu c, int from, int count) {
    return new Command.Xielu(
        part(c.x(), from, count), c.negative(), c.positive(), c.beta(), c.limit());
  }

  private static Command.AddMixed part(Command.AddMixed c, int from, int count) {
    return new Command.AddMixed(
        part(c.x(), from, count),
        c.constant() ? plain(c.factors()) : part(c.factors(), from, count),
        c.width(),
        part(c.out(), from, count));
  }

  private static Columns part(Columns columns, int from, int count) {
    return new Columns(part(columns.tensor(), from, count), columns.from(), columns.count());
  }

  private static Tensor part(Tensor tensor, int from, int count) {
    return plain(tensor).rows(from, count);
  }
}
