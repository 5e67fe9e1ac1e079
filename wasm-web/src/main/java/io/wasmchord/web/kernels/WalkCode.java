package io.wasmchord.web.kernels;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Function;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.assembler.ValueType;
import io.wasmchord.web.kernels.emit.CommandLayout;
import io.wasmchord.web.kernels.emit.Emit;
import java.util.List;

/**
 * How threads walk a list of commands: they claim chunks of each command's units, and wait for each
 * other at barriers; first by reading a word over and over, then asleep. Nothing here calls out of
 * the module.
 */
final class WalkCode {
  private static final int SPINS = 50_000; // about as long as a sleeper takes to wake
  private static final long PATIENCE_NANOS = 2_000_000_000L;
  private static final long FOREVER = -1;
  private static final int PATIENT_ROUNDS = 10;

  private final ModuleBuilder module;

  WalkCode(ModuleBuilder module) {
    this.module = module;
  }

  /**
   * Exports {@code run(control, list)}, which the engine calls and which returns 0, or 1 after a
   * failure; and {@code work(control, thread)}, in which a worker stays until the list is 0.
   */
  void emit() {
    Function barrier =
        module.function(
            List.of(ValueType.I32), List.of(ValueType.I32), (c, p) -> barrier(c, p.i32(0)));
    Function walk =
        module.function(
            List.of(ValueType.I32, ValueType.I32, ValueType.I32),
            List.of(ValueType.I32),
            (c, p) -> walk(c, p.i32(0), p.i32(1), p.i32(2), barrier));
    module.export(
        "run",
        module.function(
            List.of(ValueType.I32, ValueType.I32),
            List.of(ValueType.I32),
            (c, p) -> run(c, p.i32(0), p.i32(1), walk)));
    module.export(
        "work",
        module.function(
            List.of(ValueType.I32, ValueType.I32),
            List.of(),
            (c, p) -> work(c, p.i32(0), p.i32(1), walk)));
  }

  private void walk(Code c, I32.Local control, I32.Local list, I32.Local thread, Function barrier) {
    I32.Local scratch =
        c.i32(
            I32.load(control, ControlLayout.SCRATCH)
                .plus(thread.times(I32.load(control, ControlLayout.SCRATCH_BYTES))));
    I32.Local kernel = c.i32();
    c.block(end ->
        c.loop(next -> {
          c.set(kernel, I32.load(list, CommandLayout.KERNEL));
          c.branchIf(kernel.eq(I32.of(CommandLayout.END)), end);
          c.when(
              kernel.eq(I32.of(CommandLayout.BARRIER)),
              () -> c.when(barrier.i32(control), () -> c.exit(I32.of(1))),
              () -> claim(c, control, list, scratch, kernel));
          c.increase(list, CommandLayout.BYTES);
          c.branch(next);
        }));
    c.result(barrier.i32(control));
  }

  private void claim(Code c, I32 control, I32.Local list, I32 scratch, I32 kernel) {
    I32.Local units = c.i32(I32.load(list, CommandLayout.UNITS));
    I32.Local chunk = c.i32(I32.load(list, CommandLayout.CHUNK));
    I32.Local from = c.i32();
    c.loop(again -> {
      c.set(from, I32.atomicAdd(list, CommandLayout.NEXT, chunk));
      c.when(
          from.lt(units),
          () -> {
            int type = module.type(Emit.KERNEL, List.of());
            c.callIndirect(type, kernel, list, from, from.plus(chunk).min(units), scratch);
            c.drop(I32.atomicAdd(control, ControlLayout.PROGRESS, I32.of(1)));
            c.branch(again);
          });
    });
  }

  private static void barrier(Code c, I32.Local control) {
    I32.Local threads = c.i32(I32.load(control, ControlLayout.THREADS));
    c.when(threads.eq(I32.of(1)), () -> c.exit(I32.of(0)));
    I32.Local generation = c.i32(I32.atomicLoad(control, ControlLayout.GENERATION));
    c.when(
        I32.atomicAdd(control, ControlLayout.ARRIVED, I32.of(1)).plus(1).eq(threads),
        () -> {
          c.atomicStore(control, ControlLayout.ARRIVED, I32.of(0));
          c.atomicStore(control, ControlLayout.GENERATION, generation.plus(1));
          c.when(
              I32.atomicLoad(control, ControlLayout.SLEEPERS),
              () -> c.drop(I32.atomicNotifyAll(control, ControlLayout.GENERATION)));
        },
        () ->
            await(c, control, ControlLayout.GENERATION, ControlLayout.SLEEPERS, generation, true));
    c.result(I32.atomicLoad(control, ControlLayout.FAILED));
  }

  /**
   * Waits until the word at {@code offset} is no longer {@code old}. With {@code guarded} it gives
   * up, and marks a failure, when no thread has done anything for long: one of them is gone.
   */
  private static void await(
      Code c, I32.Local control, int offset, int sleepers, I32.Local old, boolean guarded) {
    c.block(done -> {
      I32.Local spins = c.i32(I32.of(SPINS));
      c.loop(again -> {
        c.branchIf(I32.atomicLoad(control, offset).ne(old), done);
        c.increase(spins, -1);
        c.branchIf(spins, again);
      });
      c.drop(I32.atomicAdd(control, sleepers, I32.of(1)));
      I32.Local rounds = c.i32(I32.of(0));
      I32.Local seen = c.i32(I32.atomicLoad(control, ControlLayout.PROGRESS));
      c.block(awake ->
          c.loop(again -> {
            c.branchIf(I32.atomicLoad(control, offset).ne(old), awake);
            if (guarded) {
              c.branchIf(I32.atomicLoad(control, ControlLayout.FAILED), awake);
            }
            c.when(
                I32.atomicWait(control, offset, old, guarded ? PATIENCE_NANOS : FOREVER)
                    .eq(I32.of(2)),
                () -> late(c, control, rounds, seen, guarded));
            c.branch(again);
          }));
      c.drop(I32.atomicAdd(control, sleepers, I32.of(-1)));
    });
  }

  private static void late(
      Code c, I32.Local control, I32.Local rounds, I32.Local seen, boolean guarded) {
    if (!guarded) {
      return;
    }
    I32.Local now = c.i32(I32.atomicLoad(control, ControlLayout.PROGRESS));
    c.increase(rounds, 1);
    c.when(now.ne(seen), () -> c.set(rounds, I32.of(0)));
    c.set(seen, now);
    c.when(
        rounds.ge(I32.of(PATIENT_ROUNDS)),
        () -> c.atomicStore(control, ControlLayout.FAILED, I32.of(1)));
  }

  private static void run(Code c, I32.Local control, I32.Local list, Function walk) {
    c.store(control, ControlLayout.LIST, list);
    c.when(
        I32.load(control, ControlLayout.THREADS).gt(I32.of(1)),
        () -> {
          c.drop(I32.atomicAdd(control, ControlLayout.EPOCH, I32.of(1)));
          c.when(
              I32.atomicLoad(control, ControlLayout.IDLE),
              () -> c.drop(I32.atomicNotifyAll(control, ControlLayout.EPOCH)));
        });
    c.result(walk.i32(control, list, I32.of(0)));
  }

  private static void work(Code c, I32.Local control, I32.Local thread, Function walk) {
    I32.Local epoch = c.i32(I32.of(0));
    I32.Local list = c.i32();
    c.loop(again -> {
      await(c, control, ControlLayout.EPOCH, ControlLayout.IDLE, epoch, false);
      c.increase(epoch, 1);
      c.set(list, I32.load(control, ControlLayout.LIST));
      c.when(
          list,
          () -> {
            c.branchIf(walk.i32(control, list, thread).eqz(), again);
          });
    });
  }
}
