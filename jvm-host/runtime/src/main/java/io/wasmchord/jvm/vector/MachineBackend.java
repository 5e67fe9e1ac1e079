package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvPiece;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.host.Parallel;
import io.wasmchord.jvm.machine.Variant;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.Partner;
import io.wasmchord.quant.format.WeightFormat;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Machine code, and what it does not do by the scalar backend on the same threads: what there is
 * where the JVM was started without the Vector API. The same bits. After {@link #close} it
 * allocates, writes and computes no more, with a {@link ClosedException}.
 */
public final class MachineBackend implements ComputeBackend {
  private final MemoryAllocator allocator;
  private final ToLongFunction<ByteView> addresses;
  private final ScalarBackend scalar;
  private final WorkerPool<KernelScratch> pool;
  private final VectorCaches caches;
  private final MachineSteps machine;
  private final IdentityHashMap<Tensor, Packed> weights =
      new IdentityHashMap<>(); // guarded by itself
  private final List<Activations> rooms = new ArrayList<>();
  private volatile boolean closed;

  /**
   * A weight's rows as the kernels read them.
   *
   * @param copy where they are
   */
  private record Packed(WeightRows rows, Memory copy) {}

  /** Activations that the last product left in the form that the next one may want. */
  private record Quantized(Tensor source, Activations values) {}

  /**
   * @param allocator of native memory; closed with this backend
   * @param addresses the address of a region of native memory
   * @param threads in all, the caller's included
   * @param profile takes the time of every step, or null
   */
  public MachineBackend(
      MemoryAllocator allocator,
      ToLongFunction<ByteView> addresses,
      int threads,
      @Nullable Profile profile) {
    this.allocator = allocator;
    this.addresses = addresses;
    this.pool = new WorkerPool<>(threads, KernelScratch::new, profile);
    this.scalar = new ScalarBackend(allocator, this::share);
    this.caches =
        new VectorCaches(
            allocator, addresses, (type, rows, cols, data) -> bind(type, rows, cols, data));
    this.machine = new MachineSteps(tensor -> address(tensor), threads);
  }

  /** Why there is no machine code here; empty where there is. */
  public static String absence() {
    return MachineKernels.variant() == null ? MachineChoice.absence() : "";
  }

  /** The scalar backend's work on all threads. */
  private void share(int n, Parallel.Range range) {
    int chunk = Math.max(1, n / (pool.threads() * Product.CHUNKS_PER_THREAD));
    pool.run(
        List.of(new RangeStep("scalar", n, chunk, (from, count) -> range.run(from, from + count))));
  }

  @Override
  public String name() {
    Variant variant = MachineKernels.variant();
    return variant == null ? "native" : "native-" + variant.label();
  }

  @Override
  public boolean supports(Op op, TensorType type) {
    return scalar.supports(op, type);
  }

  @Override
  public Tensor allocate(TensorType type, int rows, int cols) {
    return scalar.allocate(type, rows, cols);
  }

  @Override
  public Tensor bind(TensorType type, int rows, int cols, ByteView data) {
    return scalar.bind(type, rows, cols, data);
  }

  @Override
  public void release(Tensor weight) {
    Packed packed;
    synchronized (weights) {
      packed = weights.remove(weight);
    }
    if (packed != null) {
      allocator.release(packed.copy);
    }
    scalar.release(weight);
  }

  @Override
  public void free(Tensor allocated) {
    release(allocated);
    scalar.free(allocated);
  }

  /** One that kernels read, where there are some for its heads. */
  @Override
  public KvCache allocateKv(KvSpec spec) {
    requireOpen();
    return MachineSteps.suits(spec) ? caches.allocate(spec) : scalar.allocateKv(spec);
  }

  @Override
  public void release(KvCache cache) {
    if (cache instanceof VectorKvCache) {
      caches.release(cache);
    } else {
      scalar.release(cache);
    }
  }

  @Override
  public void read(KvCache cache, KvPiece piece, byte[] to) {
    requireOpen();
    if (cache instanceof VectorKvCache) {
      VectorCaches.read(cache, piece, to);
    } else {
      scalar.read(cache, piece, to);
    }
  }

  @Override
  public void write(KvCache cache, KvPiece piece, byte[] from) {
    requireOpen();
    if (cache instanceof VectorKvCache) {
      VectorCaches.write(cache, piece, from);
    } else {
      scalar.write(cache, piece, from);
    }
  }

  @Override
  public void copy(KvCache from, KvCache to, KvPiece piece) {
    requireOpen();
    if (from instanceof VectorKvCache) {
      VectorCaches.copy(from, to, piece);
    } else {
      scalar.copy(from, to, piece);
    }
  }

  @Override
  public void write(Tensor dst, long offset, ByteView src) {
    scalar.write(dst, offset, src);
  }

  @Override
  public Completion submit(Commands commands) {
    requireOpen();
    new Submission().run(commands.list());
    return Completion.DONE;
  }

  /** One list of commands on its way. */
  private final class Submission {
    private final List<WorkerPool.Step<KernelScratch>> steps = new ArrayList<>();
    private final List<Tensor> fresh = new ArrayList<>(); // weights that steps pack
    private @Nullable Quantized quantized;

    void run(List<Command> commands) {
      try {
        commands.forEach(this::encode);
        finish();
      } catch (RuntimeException | Error e) {
        fresh.forEach(MachineBackend.this::release); // they may not have been packed
        throw e;
      }
    }

    private void encode(Command command) {
      if (command instanceof Command.MatMul c) {
        product(c);
        return;
      }
      quantized = null;
      switch (command) {
        case Command.HeadMatMul c -> {
          for (int head = 0; head < c.heads(); head++) {
            product(c.of(head));
            quantized = null;
          }
        }
        case Command.Experts c -> {
          finish(); // its router's values are wanted
          ScalarBackend.commands(c).forEach(this::encode);
        }
        default -> {
          WorkerPool.@Nullable Step<KernelScratch> step = machine.of(command);
          if (step != null) {
            steps.add(step);
          } else if (RowCommands.has(command)) {
            rows(RowCommands.of(command));
          } else {
            finish();
            scalar.submit(Commands.of(List.of(command)));
          }
        }
      }
    }

    private void rows(RowCommands.Split split) {
      steps.add(
          RangeStep.rows(
              split.label(), split.rows(), (from, n) -> scalar.submit(split.part().of(from, n))));
    }

    private void finish() {
      pool.run(steps);
      steps.clear();
      fresh.clear();
    }

    private void product(Command.MatMul c) {
      WeightRows rows = packed(c.weight());
      Product product = rows == null ? null : product(c, rows);
      if (product != null) {
        steps.add(product);
        return;
      }
      quantized = null;
      finish();
      scalar.submit(Commands.of(List.of(c)));
    }

    /** The product by kernels, or null where they cannot. */
    private @Nullable Product product(Command.MatMul c, WeightRows rows) {
      Product.Target target =
          new Product.Target(address(c.out()), 0, c.x().rows(), pool.threads(), false);
      Partner format = WeightFormat.of(rows.type().format()).partner();
      if (format != Partner.FLOATS) {
        return MachineProduct.of(rows, filled(c.x(), format), target);
      }
      VectorTensor x = machine.at(c.x());
      quantized = null;
      return VectorTensor.overlap(x, machine.at(c.out()))
          ? null
          : MachineFloatProduct.of(rows, Activations.standing(x), target);
    }

    private Activations filled(Tensor x, Partner format) {
      Quantized known = quantized;
      if (known != null && known.source == x && known.values.format() == format) {
        return known.values;
      }
      Activations values = room(format, x.rows(), x.cols());
      quantized = new Quantized(x, values);
      steps.add(values.fill(address(x), x.rows()));
      return values;
    }

    /** A weight's rows as kernels read them, or null where it has none. */
    private @Nullable WeightRows packed(Tensor weight) {
      Packed known;
      synchronized (weights) {
        known = weights.get(weight);
      }
      if (known != null) {
        return known.rows;
      }
      TensorType type = weight.type();
      boolean kernels =
          switch (WeightFormat.of(type.format())) {
            case IntegerFormat f -> MachineKernels.of(type, f) != null;
            case FloatFormat f -> MachineFloats.has(type, f);
          };
      if (!kernels || weight.whole() != weight) {
        return null;
      }
      int n = weight.rows();
      int cols = weight.cols();
      Memory copy = allocator.allocate(WeightRows.packedBytes(type, n, cols));
      WeightRows rows = WeightRows.of(type, n, cols, address(weight), addresses.applyAsLong(copy));
      synchronized (weights) {
        weights.put(weight, new Packed(rows, copy));
      }
      fresh.add(weight);
      steps.add(new Packing(List.of(rows)));
      return rows;
    }
  }

  private Activations room(Partner format, int rows, int cols) {
    boolean quantizer =
        MachineFloats.present() && (format == Partner.Q8_0 || format == Partner.Q8_K);
    Activations.Form form = quantizer ? Activations.Form.RECORDS : Activations.Form.ALL;
    for (Activations known : rooms) {
      if (known.holds(format, form, rows, cols)) {
        return known;
      }
    }
    rooms.removeIf(known -> known.holds(format, form, 0, cols)); // those of fewer rows
    Activations room =
        quantizer
            ? Activations.records(format, rows, cols)
            : Activations.allocate(format, rows, cols);
    rooms.add(room);
    return room;
  }

  private long address(Tensor tensor) {
    return addresses.applyAsLong(ScalarBackend.bytes(tensor));
  }

  private void requireOpen() {
    if (closed) {
      throw ClosedException.model();
    }
  }

  @Override
  public long allocatedBytes() {
    return allocator.allocatedBytes();
  }

  @Override
  public void close() {
    closed = true;
    pool.close();
    scalar.close();
  }
}
