package io.wasmchord.jvm.vector;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.machine.Variant;
import jdk.incubator.vector.VectorShape;

/** Whether vectors can be used here, and how wide. */
public final class VectorSupport {
  /** The property that overrides the register width: 128, 256, 512, or 0 for none. */
  public static final String BITS = "chord.vectorBits";

  private static final String MODULE = "jdk.incubator.vector";

  private VectorSupport() {}

  /** Whether the JVM was started with the Vector API's module. */
  public static boolean present() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /** Whether there is machine code. */
  public static boolean machine() {
    return MachineChoice.best() != null;
  }

  /** Why they cannot, and what to do; for a person. */
  public static String machineAbsence() {
    return "products are not computed in machine code: "
        + MachineChoice.absence()
        + "; "
        + (present() ? "vectors compute" : "plain Java computes, which is 20 to 40 times slower")
        + "; --backend auto takes the fastest that there is, without this message";
  }

  /** Why vectors are not used, and what to do; for a person. */
  public static String absence() {
    return absence(false);
  }

  /**
   * The same.
   *
   * @param machine whether products are computed in machine code
   */
  public static String absence(boolean machine) {
    return "the JVM was started without --add-modules "
        + MODULE
        + (machine
            ? ", so plain Java computes what machine code does not;"
            : ", so the scalar backend computes, which is 20 to 40 times slower;")
        + " add the flag, or start with ./chord, which passes it";
  }

  /**
   * Bits of a register: the property, else those of kernels in machine code, else what the JVM
   * prefers.
   */
  public static int bits() {
    int bits = Integer.getInteger(BITS, -1);
    if (bits > 0) {
      return bits;
    }
    Variant machine = MachineChoice.best();
    return machine == null ? Preferred.bits() : machine.bits();
  }

  /**
   * Whether the property asks for no vectors.
   *
   * @throws InvalidRequestException when it is none of the widths, or that of machine code is
   *     unknown
   */
  public static boolean switchedOff() {
    MachineChoice.check();
    int bits = Integer.getInteger(BITS, -1);
    if (bits != -1 && bits != 0 && bits != 128 && bits != 256 && bits != 512) {
      throw new InvalidRequestException(
          "-D" + BITS + "=" + bits + " is no register width; use 128, 256, 512, or 0 for none");
    }
    return bits == 0;
  }

  /** Touched only where the module is present. */
  private static final class Preferred {
    static int bits() {
      return Math.clamp(VectorShape.preferredShape().vectorBitSize(), 128, 512);
    }
  }
}
