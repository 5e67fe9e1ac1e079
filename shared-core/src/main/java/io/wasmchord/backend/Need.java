package io.wasmchord.backend;

import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command asks of a backend; {@link ComputeBackend#supports} answers.
 *
 * @param op the command's kind
 * @param type of its weight; where it has none, of the cache's values, or float32
 * @param weight that has the type, or null where it has none
 */
public record Need(Op op, TensorType type, @Nullable Tensor weight) {
  /** All that {@code command} asks; a mixture asks for every expert's matrices. */
  public static List<Need> of(Command command) {
    return switch (command) {
      case Command.Embed c -> weighted(Op.EMBED, c.weight());
      case Command.RmsNorm c -> weighted(Op.RMS_NORM, c.weight());
      case Command.LayerNorm c -> weighted(Op.LAYER_NORM, c.weight());
      case Command.MatMul c -> weighted(Op.MATMUL, c.weight());
      case Command.Clamp _ -> plain(Op.CLAMP);
      case Command.Xielu _ -> plain(Op.XIELU);
      case Command.ScaleRows _ -> plain(Op.SCALE_ROWS);
      case Command.AddBias c -> weighted(Op.ADD_BIAS, c.bias());
      case Command.Rope _ -> plain(Op.ROPE);
      case Command.StoreKv c -> cached(Op.STORE_KV, c.sequences());
      case Command.Attention c -> cached(Op.ATTENTION, c.sequences());
      case Command.ShortConv c -> weighted(Op.SHORT_CONV, c.weight());
      case Command.Gate _ -> plain(Op.GATE);
      case Command.Activate _ -> plain(Op.ACTIVATE);
      case Command.Add _ -> plain(Op.ADD);
      case Command.AddScaled _ -> plain(Op.ADD_SCALED);
      case Command.AddGated _ -> plain(Op.ADD_GATED);
      case Command.Gather _ -> plain(Op.GATHER);
      case Command.Experts c -> experts(c);
      case Command.Scale _ -> plain(Op.SCALE);
      case Command.SoftCap _ -> plain(Op.SOFT_CAP);
      case Command.ArgMax _ -> plain(Op.ARG_MAX);
      case Command.TopK _ -> plain(Op.TOP_K);
      case Command.ReadBack _ -> plain(Op.READ_BACK);
      case Command.CausalConv c -> weighted(Op.CAUSAL_CONV, c.weight());
      case Command.L2Norm _ -> plain(Op.L2_NORM);
      case Command.ScaleColumns c -> weighted(Op.SCALE_COLUMNS, c.factors());
      case Command.CopyColumns _ -> plain(Op.COPY_COLUMNS);
      case Command.CopyHeads _ -> plain(Op.COPY_HEADS);
      case Command.HeadMatMul c ->
          c.weights().stream()
              .map(weight -> new Need(Op.HEAD_MATMUL, weight.type(), weight))
              .toList();
      case Command.DeltaNet _ -> plain(Op.DELTA_NET);
      case Command.SsmScan c -> weighted(Op.SSM_SCAN, c.a());
      case Command.TokenShift _ -> plain(Op.TOKEN_SHIFT);
      case Command.Wkv _ -> plain(Op.WKV);
      case Command.AddBonus c -> weighted(Op.ADD_BONUS, c.factors());
      case Command.AddMixed _ -> plain(Op.ADD_MIXED);
      case Command.MatchLength _ -> plain(Op.MATCH_LENGTH);
      case Command.Sparsify _ -> plain(Op.SPARSIFY);
    };
  }

  private static List<Need> weighted(Op op, Tensor weight) {
    return List.of(new Need(op, weight.type(), weight));
  }

  private static List<Need> plain(Op op) {
    return List.of(new Need(op, TensorType.F32, null));
  }

  private static List<Need> cached(Op op, List<SequenceRows> sequences) {
    return sequences.stream()
        .map(rows -> rows.cache().spec().type().stored())
        .distinct()
        .map(type -> new Need(op, type, null))
        .toList();
  }

  private static List<Need> experts(Command.Experts c) {
    List<Need> needs = new ArrayList<>();
    for (Expert expert : c.experts()) {
      if (expert.gate() != null) {
        needs.addAll(weighted(Op.EXPERTS, expert.gate()));
      }
      needs.addAll(weighted(Op.EXPERTS, expert.up()));
      needs.addAll(weighted(Op.EXPERTS, expert.down()));
    }
    if (!c.additions().isEmpty()) {
      needs.addAll(plain(Op.EXPERTS));
    }
    return needs;
  }
}
