package io.wasmchord.jvm.machine;

import io.wasmchord.quant.BlockLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Interleaves blocks in machine code, which needs no warming up: a model is packed while its first
 * tokens are computed. It trusts its addresses.
 */
@SuppressWarnings("restricted")
public final class PackingKernel {
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG),
              Linker.Option.critical(false));

  private final MemorySegment code;

  private PackingKernel(MemorySegment code) {
    this.code = code;
  }

  /**
   * The kernel of a layout, or null where no code can be executed.
   *
   * @param order of the words of a block
   * @param rows in a group
   */
  public static @Nullable PackingKernel of(BlockLayout layout, int[] order, int rows) {
    try {
      byte[] code = new PackingWriter(layout, order, rows).code();
      return new PackingKernel(MemorySegment.ofAddress(CodePage.of(code).address()));
    } catch (CodePage.UnavailableException e) {
      return null;
    }
  }

  /**
   * Writes blocks that stand together, of a whole group of rows.
   *
   * @param from address of the first row's first block
   * @param rowBytes from a row to the next
   * @param blocks at least 1
   * @param to address of the interleaved blocks
   * @return whether all 16-bit fields are, as floats, finite
   */
  public boolean run(long from, long rowBytes, int blocks, long to) {
    try {
      return (long) CALL.invokeExact(code, from, to, rowBytes, (long) blocks) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("a kernel could not be called", e);
    }
  }
}
