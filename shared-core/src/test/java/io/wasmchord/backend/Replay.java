package io.wasmchord.backend;

import java.util.List;

/** Records commands once more. */
final class Replay {
  private Replay() {}

  /** A list of these commands. */
  static Commands of(List<Command> commands) {
    Commands list = new Commands();
    commands.forEach(command -> add(list, command));
    return list;
  }

  private static void add(Commands to, Command command) {
    switch (command) {
      case Command.Embed c -> to.embed(c.weight(), c.tokens(), c.out());
      case Command.RmsNorm c -> to.rmsNorm(c.x(), c.weight(), c.eps(), c.out());
      case Command.LayerNorm c -> to.layerNorm(c.x(), c.weight(), c.eps(), c.out());
      case Command.MatMul c -> to.matmul(c.x(), c.weight(), c.out());
      case Command.AddBias c -> to.addBias(c.x(), c.bias());
      case Command.Rope c -> to.rope(c.x(), c.table(), c.headDim(), c.order());
      case Command.StoreKv c -> to.storeKv(c.k(), c.v(), c.sequences(), c.layer());
      case Command.Attention c -> to.attention(c);
      case Command.ShortConv c -> to.shortConv(c);
      case Command.Gate c -> to.gate(c.gate(), c.up(), c.activation(), c.limit(), c.out());
      case Command.Activate c -> to.activate(c.x(), c.activation());
      case Command.Add c -> to.add(c.x(), c.y());
      case Command.AddScaled c -> to.addScaled(c.x(), c.y(), c.factor());
      case Command.Clamp c -> to.clamp(c.x(), c.bound());
      case Command.Xielu c -> to.xielu(c);
      case Command.ScaleRows c -> to.scaleRows(c.x(), c.factors());
      case Command.AddGated c -> to.addGated(c.x(), c.y(), c.logits());
      case Command.Gather c -> to.gather(c.x(), c.rows(), c.out());
      case Command.Experts c -> to.experts(c);
      case Command.Scale c -> to.scale(c.x(), c.factor());
      case Command.SoftCap c -> to.softCap(c.x(), c.cap());
      case Command.ArgMax c -> to.argMax(c.x(), c.count(), c.index(), c.value());
      case Command.TopK c -> to.topK(c.x(), c.count(), c.indices(), c.values());
      case Command.ReadBack c -> to.readBack(c.src(), c.dst(), c.offset());
      case Command.CopyHeads c -> to.copyHeads(c.from(), c.to(), c.heads(), c.count());
      case Command.HeadMatMul c -> to.headMatmul(c.x(), c.weights(), c.out());
      case Command.CausalConv c -> to.causalConv(c);
      case Command.L2Norm c -> to.l2Norm(c.x(), c.size(), c.eps());
      case Command.ScaleColumns c -> to.scaleColumns(c.x(), c.factors());
      case Command.CopyColumns c -> to.copyColumns(c.x(), c.from(), c.width(), c.stride(), c.out());
      case Command.DeltaNet c -> to.deltaNet(c);
      case Command.SsmScan c -> to.ssmScan(c);
      case Command.TokenShift c -> to.tokenShift(c);
      case Command.Wkv c -> to.wkv(c);
      case Command.AddBonus c -> to.addBonus(c);
      case Command.AddMixed c -> to.addMixed(c);
      case Command.MatchLength c -> to.matchLength(c.x(), c.like(), c.eps());
      case Command.Sparsify c -> to.sparsify(c.x(), c.deviations());
    }
  }
}
