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
  private final Clock clock;

  /** Notes how long things take, or does not. */
  private interface Clock {
    /** Begins, in a thread's walk. */
    Notes begin(Code c, I32.Local control, I32.Local thread);
  }

  /** What is noted in a walk. */
  private interface Notes {
    Notes NONE =
        new Notes() {
          @Override
          public void worked(I32 kernel, I32 commands) {}

          @Override
          public void waited() {}
        };

    /** A part of {@code commands} of the {@code kernel} has ended. */
    void worked(I32 kernel, I32 commands);

    /** A barrier has opened. */
    void waited();
  }

  /** Notes nothing. */
  WalkCode(ModuleBuilder module) {
    this.module = module;
    this.clock = (c, control, thread) -> Notes.NONE;
  }

  /**
   * Notes what {@link ProfileLayout} says.
   *
   * @param now gives microseconds
   */
  WalkCode(ModuleBuilder module, Function now) {
    this.module = module;
    this.clock = (c, control, thread) -> new Counting(c, control, thread, now);
  }

  /** Adds times to the records of the kernels that they are of. */
  private static final class Counting implements Notes {
    private final Code c;
    private final Function now;
    private final I32.Local records;
    private final I32.Local record;
    private final I32.Local then;
    private final I32.Local elapsed;

    Counting(Code c, I32.Local control, I32.Local thread, Function now) {
      I32 own = thread.times(I32.load(control, ControlLayout.PROFILE_BYTES));
      this.c = c;
      this.now = now;
      this.records = c.i32(I32.load(control, ControlLayout.PROFILE).plus(own));
      this.record = c.i32(records);
      this.then = c.i32(now.i32());
      this.elapsed = c.i32();
    }

    private void lap() {
      I32.Local time = c.i32(now.i32());
      c.set(elapsed, time.minus(then));
      c.set(then, time);
    }

    private void add(int offset, I32 value) {
      c.store(record, offset, I32.load(record, offset).plus(value));
    }

    @Override
    public void worked(I32 kernel, I32 commands) {
      lap();
      c.set(record, records.plus(kernel.times(ProfileLayout.RECORD)));
      add(ProfileLayout.COMMANDS, commands);
      add(ProfileLayout.WORK, elapsed);
    }

    @Override
    public void waited() {
      lap();
      add(ProfileLayout.WAITS, I32.of(1));
      add(ProfileLayout.WAITED, elapsed);
      add(ProfileLayout.LONG_WAITS, elapsed.gt(I32.of(ProfileLayout.LONG_MICROS)));
    }
  }

  /**
   * Exports {@code run(control, list)}, which the engine calls and which returns 0, or 1 after a
   * failure; and {@code work(control, thread)}, in which a worker stays until the list is 0.
   */
  void emit() {
    Function walk =
        module.function(
            List.of(ValueType.I32, ValueType.I32, ValueType.I32),
            List.of(ValueType.I32),
            (c, p) -> walk(c, p.i32(0), p.i32(1), p.i32(2)));
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

  /**
   * What a thread knows while it walks a list.
   *
   * @param command the one that it is at
   * @param stride bytes from one command to the next
   */
  private record Walk(
      I32.Local control,
      I32.Local command,
      I32.Local thread,
      I32.Local threads,
      I32.Local scratch,
      I32.Local progress,
      I32.Local stride,
      Notes notes) {
    I32 kernel() {
      return I32.load(command, CommandLayout.KERNEL);
    }

    void next(Code c) {
      c.set(command, command.plus(stride));
    }

    /** Emits going on behind the command and those that are its own. */
    void nextButOwn(Code c) {
      I32 own = I32.load(command, CommandLayout.OWN);
      c.set(command, command.plus(own.plus(1).times(stride)));
    }
  }

  private void walk(Code c, I32.Local control, I32.Local list, I32.Local thread) {
    I32.Local scratch =
        c.i32(
            I32.load(control, ControlLayout.SCRATCH)
                .plus(thread.times(I32.load(control, ControlLayout.SCRATCH_BYTES))));
    I32.Local progress = c.i32(control.plus(thread.times(ControlLayout.PROGRESS_BYTES)));
    I32.Local stride = c.i32(I32.load(control, ControlLayout.STRIDE));
    I32.Local threads = c.i32(I32.load(control, ControlLayout.THREADS));
    Notes notes = clock.begin(c, control, thread);
    Walk walk = new Walk(control, list, thread, threads, scratch, progress, stride, notes);
    c.when(
        threads.eq(I32.of(1)),
        () -> {
          all(c, walk, I32.of(0));
          c.exit(I32.of(0));
        });
    together(c, walk);
    c.result(I32.of(1)); // after a failure
  }

  /** Does all commands up to the one at {@code to}, or the list's end; those of others are done. */
  private void all(Code c, Walk w, I32 to) {
    I32.Local kernel = c.i32();
    c.block(end ->
        c.loop(next -> {
          c.branchIf(w.command.eq(to), end);
          c.set(kernel, w.kernel());
          c.branchIf(kernel.eq(I32.of(CommandLayout.END)), end);
          c.when(
              kernel.ge(I32.of(0)),
              () -> {
                call(c, w, I32.of(0), I32.load(w.command, CommandLayout.UNITS));
                w.notes.worked(kernel, I32.of(1));
              });
          w.next(c);
          c.branch(next);
        }));
  }

  /** Walks with the other threads; leaves after a failure, and returns 0 at the list's end. */
  private void together(Code c, Walk w) {
    I32.Local stretch = c.i32(w.command); // the first command since the last barrier
    I32.Local kernel = c.i32();
    c.block(failed ->
        c.loop(next -> {
          c.set(kernel, w.kernel());
          c.when(
              kernel.eq(I32.of(CommandLayout.BARRIER)).or(kernel.eq(I32.of(CommandLayout.END))),
              () -> {
                help(c, w, stretch);
                barrier(c, w);
                w.notes.waited();
                c.branchIf(I32.atomicLoad(w.control, ControlLayout.FAILED), failed);
                c.when(kernel.eq(I32.of(CommandLayout.END)), () -> c.exit(I32.of(0)));
                w.nextButOwn(c);
                c.set(stretch, w.command);
              },
              () -> {
                run(c, w, w.thread, I32.of(1));
                w.nextButOwn(c);
              });
          c.branch(next);
        }));
  }

  /**
   * Takes what is left of the other threads' runs, from their ends. Only when its own runs of all
   * commands are done, so that it reads each matrix in one go.
   */
  private void help(Code c, Walk w, I32.Local from) {
    I32.Local end = c.i32(w.command);
    I32.Local owner = c.i32();
    c.set(w.command, from);
    c.whileTrue(
        w.command.ne(end),
        () -> {
          c.set(owner, w.thread);
          c.loop(other -> {
            c.set(owner, I32.select(owner.plus(1).eq(w.threads), I32.of(0), owner.plus(1)));
            c.when(
                owner.ne(w.thread),
                () -> {
                  run(c, w, owner, I32.of(1 << 16));
                  c.branch(other);
                });
          });
          w.nextButOwn(c);
        });
  }

  /**
   * Does chunks of a thread's run of the command until none is left.
   *
   * @param step in the word of a run: a chunk from the front, or one from the end
   */
  private void run(Code c, Walk w, I32.Local owner, I32 step) {
    I32.Local chunks = c.i32(I32.load(w.command, CommandLayout.CHUNKS));
    I32.Local first = c.i32(bound(chunks, w.threads, owner));
    I32.Local count = c.i32(bound(chunks, w.threads, owner.plus(1)).minus(first));
    I32.Local word = c.i32(w.command.plus(owner.times(CommandLayout.CLAIM_BYTES)));
    I32.Local taken = c.i32();
    c.block(done ->
        c.loop(again -> {
          c.branchIf(left(I32.atomicLoad(word, CommandLayout.BYTES), count, taken, c), done);
          c.branchIf(left(I32.atomicAdd(word, CommandLayout.BYTES, step), count, taken, c), done);
          chunk(
              c,
              w,
              c.i32(
                  I32.select(
                      step.eq(I32.of(1)),
                      first.plus(taken.and(0xFFFF)),
                      first.plus(count).minus(taken.shrU(16)).minus(1))),
              taken.eqz());
          c.branch(again);
        }));
  }

  /** Whether a run with this word has no chunk left; sets {@code taken} to the word. */
  private static I32 left(I32 value, I32.Local count, I32.Local taken, Code c) {
    c.set(taken, value);
    return taken.and(0xFFFF).plus(taken.shrU(16)).ge(count);
  }

  /** The first chunk of a thread's run, rounded up: a single chunk is the caller's own. */
  private static I32 bound(I32 chunks, I32 threads, I32 thread) {
    return chunks.times(thread).plus(threads).minus(1).over(threads);
  }

  /** Does a chunk of the command, or of those that are its own; {@code commands} are noted. */
  private void chunk(Code c, Walk w, I32.Local index, I32 commands) {
    c.when(
        w.kernel().eq(I32.of(CommandLayout.JOINT)),
        () -> {
          I32.Local joint = c.i32(w.command);
          I32.Local left = c.i32(I32.load(joint, CommandLayout.OWN));
          c.loop(again -> {
            w.next(c);
            part(c, w, index);
            w.notes.worked(w.kernel(), commands);
            c.increase(left, -1);
            c.branchIf(left, again);
          });
          c.set(w.command, joint);
        },
        () -> {
          part(c, w, index);
          w.notes.worked(w.kernel(), commands);
        });
  }

  private void part(Code c, Walk w, I32.Local index) {
    I32.Local size = c.i32(I32.load(w.command, CommandLayout.CHUNK));
    I32.Local from = c.i32(index.times(size));
    call(c, w, from, from.plus(size).min(I32.load(w.command, CommandLayout.UNITS)));
  }

  private void call(Code c, Walk w, I32 from, I32 end) {
    int type = module.type(Emit.KERNEL, List.of());
    c.callIndirect(type, w.kernel(), w.command, from, end, w.scratch);
    progress(c, w);
  }

  private static void progress(Code c, Walk w) {
    c.atomicStore(
        w.progress,
        ControlLayout.PROGRESS,
        I32.atomicLoad(w.progress, ControlLayout.PROGRESS).plus(1));
  }

  /** The last thread to come does the commands that are the barrier's own, and opens it. */
  private void barrier(Code c, Walk w) {
    I32.Local control = w.control;
    I32.Local generation = c.i32(I32.atomicLoad(control, ControlLayout.GENERATION));
    c.when(
        I32.atomicAdd(control, ControlLayout.ARRIVED, I32.of(1)).plus(1).eq(w.threads),
        () -> {
          own(c, w);
          c.atomicStore(control, ControlLayout.ARRIVED, I32.of(0));
          c.atomicStore(control, ControlLayout.GENERATION, generation.plus(1));
          c.when(
              I32.atomicLoad(control, ControlLayout.SLEEPERS),
              () -> c.drop(I32.atomicNotifyAll(control, ControlLayout.GENERATION)));
        },
        () ->
            await(c, control, ControlLayout.GENERATION, ControlLayout.SLEEPERS, generation, true));
  }

  /** Does the commands that are a barrier's own. */
  private void own(Code c, Walk w) {
    I32.Local barrier = c.i32(w.command);
    I32.Local end = c.i32();
    w.nextButOwn(c);
    c.set(end, w.command);
    c.set(w.command, barrier.plus(w.stride));
    all(c, w, end);
    c.set(w.command, barrier);
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
      I32.Local seen = c.i32();
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
    I32.Local now = c.i32(I32.of(0));
    I32.Local of = c.i32(control);
    I32.Local threads = c.i32(I32.load(control, ControlLayout.THREADS));
    c.loop(next -> {
      c.set(now, now.plus(I32.atomicLoad(of, ControlLayout.PROGRESS)));
      c.increase(of, ControlLayout.PROGRESS_BYTES);
      c.increase(threads, -1);
      c.branchIf(threads, next);
    });
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
