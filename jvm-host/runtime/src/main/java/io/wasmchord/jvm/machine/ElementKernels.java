package io.wasmchord.jvm.machine;

import static java.util.Objects.requireNonNull;

import io.wasmchord.backend.Activation;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is done with every value, in machine code. Addresses are trusted. */
@SuppressWarnings("restricted")
public final class ElementKernels {
  /** Values that an activation's kernels take together. */
  public static final int LANES = 16;

  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG),
              Linker.Option.critical(false));

  private final Map<Activation, MemorySegment> plain = new EnumMap<>(Activation.class);
  private final Map<Activation, MemorySegment> gates = new EnumMap<>(Activation.class);
  private final MemorySegment quantize32;
  private final MemorySegment quantize256;

  /** Writes them for a processor that can run a variant. */
  public ElementKernels(Variant variant) {
    List<byte[]> codes = new ArrayList<>();
    codes.add(new QuantizeWriter(variant).code());
    codes.add(new Quantize256Writer(variant).code());
    List<Activation> all = Arrays.stream(Activation.values()).filter(ElementWriter::has).toList();
    for (Activation activation : all) {
      codes.add(ElementWriter.code(variant, activation, false));
      codes.add(ElementWriter.code(variant, activation, true));
    }
    MemorySegment[] places = Kernels.place(codes);
    this.quantize32 = places[0];
    this.quantize256 = places[1];
    for (int i = 0; i < all.size(); i++) {
      plain.put(all.get(i), places[2 * i + 2]);
      gates.put(all.get(i), places[2 * i + 3]);
    }
  }

  /** Whether there are kernels of an activation. */
  public static boolean has(Activation activation) {
    return ElementWriter.has(activation);
  }

  /** {@code x = activation(x)} of {@code count} values, a multiple of {@link #LANES}. */
  public void activate(Activation activation, long x, long count) {
    if (count > 0) {
      call(requireNonNull(plain.get(activation)), x, x, count / LANES, 0);
    }
  }

  /** {@code out = activation(gate) * up}, likewise. */
  public void gate(Activation activation, long gate, long up, long out, long count) {
    if (count > 0) {
      call(requireNonNull(gates.get(activation)), gate, out, count / LANES, up);
    }
  }

  /**
   * Writes records of Q8_0 or Q8_K.
   *
   * @param x address of {@code blocks} blocks of values
   * @param block where they stand among {@code to}'s
   */
  public void quantize(long x, ActivationRecords to, long block, int blocks) {
    call(to.blocks32() ? quantize32 : quantize256, x, to.block(block), blocks, 0);
  }

  private static void call(MemorySegment kernel, long x, long out, long count, long up) {
    try {
      CALL.invokeExact(kernel, x, out, count, up);
    } catch (Throwable e) {
      throw new IllegalStateException("a kernel could not be called", e);
    }
  }
}
