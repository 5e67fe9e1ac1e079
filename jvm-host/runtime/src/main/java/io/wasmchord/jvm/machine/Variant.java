package io.wasmchord.jvm.machine;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Kinds of kernels, by what the processor must have; the fastest first. */
public enum Variant {
  /** 512-bit registers with products of bytes that add up. */
  AVX512_VNNI("AVX-512 with VNNI", KernelWriter.ROWS),
  /** The same products of 256-bit registers. */
  AVX_VNNI("AVX-VNNI", YmmWriter.ROWS),
  /** 256-bit registers. */
  AVX2("AVX2", YmmWriter.ROWS);

  private final String needs;
  private final int rows;

  Variant(String needs, int rows) {
    this.needs = needs;
    this.rows = rows;
  }

  /** What the processor must have; for a person. */
  public String needs() {
    return needs;
  }

  /** Rows of weights in a group: two registers of 32-bit lanes. */
  public int rows() {
    return rows;
  }

  /** Bits of a register. */
  public int bits() {
    return 16 * rows;
  }

  /** As an option names it: {@code avx512-vnni}, {@code avx-vnni}, {@code avx2}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Those that can be run here.
   *
   * @param variants fastest first; empty where there are none
   * @param absence why there are none; for a person
   */
  public record Present(Set<Variant> variants, String absence) {
    /** Copies. */
    public Present {
      variants = Set.copyOf(variants);
    }

    private static Present none(String why) {
      return new Present(EnumSet.noneOf(Variant.class), why);
    }
  }

  /** Whether machine code was ever run on a system like this one. */
  public static boolean tried() {
    return !CodePage.Host.here().equals(Optional.of(CodePage.Host.WINDOWS));
  }

  /** Asks the processor, through code that is written for it. */
  public static Present present() {
    if (!CodePage.supported()) {
      return Present.none("machine code is written for x86-64 alone, on Linux, macOS and Windows");
    }
    try {
      Set<Variant> variants = Processor.variants();
      return variants.isEmpty()
          ? Present.none("the processor has no " + AVX2.needs)
          : new Present(variants, "");
    } catch (CodePage.UnavailableException e) {
      return Present.none(String.valueOf(e.getMessage()));
    }
  }
}
