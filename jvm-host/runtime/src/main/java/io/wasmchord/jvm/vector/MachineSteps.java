package io.wasmchord.jvm.vector;

import io.wasmchord.backend.AttentionOptions;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.jvm.machine.AttentionKernels;
import io.wasmchord.jvm.machine.ElementKernels;
import io.wasmchord.jvm.machine.RowKernels;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Steps between products in machine code, of commands on another backend's tensors.
 *
 * @param addresses where a tensor's first row is
 * @param threads that share the work
 */
record MachineSteps(ToLongFunction<Tensor> addresses, int threads) {
  /** Whether there are kernels for attention to all layers of a cache. */
  static boolean suits(KvSpec spec) {
    return MachineFloats.present()
        && spec.layers().stream()
            .allMatch(layer -> layer.heads().valueDim() % AttentionKernels.LANES == 0);
  }

  /** The step of a command, or null where no kernels do all of it. */
  WorkerPool.@Nullable Step<KernelScratch> of(Command command) {
    if (!MachineFloats.present()) {
      return null;
    }
    return switch (command) {
      case Command.RmsNorm c when suits(c.weight()) ->
          NormStep.of(new Command.RmsNorm(at(c.x()), at(c.weight()), c.eps(), at(c.out())), true);
      case Command.LayerNorm c when suits(c.weight()) ->
          NormStep.of(new Command.LayerNorm(at(c.x()), at(c.weight()), c.eps(), at(c.out())), true);
      case Command.Add c -> ElementSteps.add(new Command.Add(at(c.x()), at(c.y())), true);
      case Command.AddBias c ->
          ElementSteps.addBias(new Command.AddBias(at(c.x()), at(c.bias())), true);
      case Command.Activate c when ElementKernels.has(c.activation()) ->
          ElementSteps.activate(new Command.Activate(at(c.x()), c.activation()), true);
      case Command.Gate c when ElementKernels.has(c.activation()) -> gate(c);
      case Command.StoreKv c when suits(c.sequences()) ->
          StoreKv.of(new Command.StoreKv(at(c.k()), at(c.v()), c.sequences(), c.layer()));
      case Command.Attention c when suits(c.sequences()) ->
          new MachineAttention(attention(c), threads);
      default -> null;
    };
  }

  private static boolean suits(Tensor weight) {
    return weight.cols() % RowKernels.LANES == 0;
  }

  private static boolean suits(List<SequenceRows> sequences) {
    return sequences.stream().allMatch(rows -> rows.cache() instanceof VectorKvCache);
  }

  private WorkerPool.Step<KernelScratch> gate(Command.Gate c) {
    long values = (long) c.out().rows() * c.out().cols();
    return RowStep.gate(
        c.activation(),
        c.limit(),
        addresses.applyAsLong(c.gate()),
        addresses.applyAsLong(c.up()),
        addresses.applyAsLong(c.out()),
        values,
        true);
  }

  private Command.Attention attention(Command.Attention c) {
    AttentionOptions options = c.options();
    return new Command.Attention(
        at(c.q()),
        c.sequences(),
        c.layer(),
        c.heads(),
        c.scale(),
        c.softCap(),
        c.window(),
        c.attends(),
        new AttentionOptions(
            options.chunked(), all(options.sinks()), all(options.slopes()), all(options.biases())),
        at(c.out()));
  }

  private @Nullable Tensor all(@Nullable Tensor tensor) {
    return tensor == null ? null : at(tensor);
  }

  VectorTensor at(Tensor tensor) {
    return new VectorTensor(tensor, addresses.applyAsLong(tensor));
  }
}
