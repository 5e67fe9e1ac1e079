package io.wasmchord.jvm.machine;

/**
 * Vector instructions, as the Intel 64 and IA-32 Architectures Software Developer's Manual, volume
 * 2, encodes them with EVEX at 512 bits, and most of them with VEX at 256. All of them have W0.
 */
enum Op {
  VMOVUPS_LOAD(Map.M0F, Prefix.NONE, 0x10, 64),
  VMOVUPS_STORE(Map.M0F, Prefix.NONE, 0x11, 64),
  VPANDD(Map.M0F, Prefix.P66, 0xDB, 64),
  VPORD(Map.M0F, Prefix.P66, 0xEB, 64),
  VPXORD(Map.M0F, Prefix.P66, 0xEF, 64),
  VPADDD(Map.M0F, Prefix.P66, 0xFE, 64),
  VPSUBD(Map.M0F, Prefix.P66, 0xFA, 64),
  VPSUBB(Map.M0F, Prefix.P66, 0xF8, 64),
  VPMAXSD(Map.M0F38, Prefix.P66, 0x3D, 64),
  /** The third operand where a lane of the register that follows is negative, else the second. */
  VBLENDVPS(Map.M0F3A, Prefix.P66, 0x4A, 32),
  /** Halves of two registers; which ones follows; VEX alone. */
  VPERM2F128(Map.M0F3A, Prefix.P66, 0x06, 32),
  /** Half of the register field, which half follows; VEX alone. */
  VEXTRACTF128(Map.M0F3A, Prefix.P66, 0x19, 16),
  /** 32-bit lanes of the third operand, as the second says. */
  VPERMD(Map.M0F38, Prefix.P66, 0x36, 64),
  /** 32-bit lanes as signed 16-bit ones: of each half first the second operand's. */
  VPACKSSDW(Map.M0F, Prefix.P66, 0x6B, 64),
  /** 16-bit lanes as signed bytes, likewise. */
  VPACKSSWB(Map.M0F, Prefix.P66, 0x63, 64),
  /** Sums of pairs of 32-bit lanes, likewise; VEX alone. */
  VPHADDD(Map.M0F38, Prefix.P66, 0x02, 32),
  /** Bytes of 0 or more to 32-bit lanes. */
  VPMOVZXBD(Map.M0F38, Prefix.P66, 0x31, 16),
  VPMULLD(Map.M0F38, Prefix.P66, 0x40, 64),
  /** Adds four products of unsigned bytes (the second operand) and signed ones (the third). */
  VPDPBUSD(Map.M0F38, Prefix.P66, 0x50, 64),
  /** Adds two products of signed 16-bit words. */
  VPDPWSSD(Map.M0F38, Prefix.P66, 0x52, 64),
  /** Adds pairs of products of unsigned bytes (the second operand) and signed ones, saturated. */
  VPMADDUBSW(Map.M0F38, Prefix.P66, 0x04, 64),
  /** Adds pairs of products of signed 16-bit words. */
  VPMADDWD(Map.M0F, Prefix.P66, 0xF5, 64),
  VPADDW(Map.M0F, Prefix.P66, 0xFD, 64),
  /** The second operand times the sign of the third, byte by byte; VEX alone. */
  VPSIGNB(Map.M0F38, Prefix.P66, 0x08, 32),
  VPABSB(Map.M0F38, Prefix.P66, 0x1C, 64),
  /** 32-bit lanes as unsigned 16-bit ones: of each half first the second operand's. */
  VPACKUSDW(Map.M0F38, Prefix.P66, 0x2B, 64),
  VPSHUFB(Map.M0F38, Prefix.P66, 0x00, 64),
  VPTERNLOGD(Map.M0F3A, Prefix.P66, 0x25, 64),
  VCVTDQ2PS(Map.M0F, Prefix.NONE, 0x5B, 64),
  VMULPS(Map.M0F, Prefix.NONE, 0x59, 64),
  VADDPS(Map.M0F, Prefix.NONE, 0x58, 64),
  VSUBPS(Map.M0F, Prefix.NONE, 0x5C, 64),
  VDIVPS(Map.M0F, Prefix.NONE, 0x5E, 64),
  /** The second operand where it is less, else the third: also where one is no number. */
  VMINPS(Map.M0F, Prefix.NONE, 0x5D, 64),
  /** The second operand where it is more, else the third: also where one is no number. */
  VMAXPS(Map.M0F, Prefix.NONE, 0x5F, 64),
  /** Of two registers, or each lane of one: a mask register; a predicate follows. */
  VCMPPS(Map.M0F, Prefix.NONE, 0xC2, 64),
  /** The third operand where the mask is set, else the second. */
  VBLENDMPS(Map.M0F38, Prefix.P66, 0x65, 64),
  /** Quarters of a register in another order, two of each operand; which ones follows. */
  VSHUFF32X4(Map.M0F3A, Prefix.P66, 0x23, 64),
  /** Lanes within quarters in another order, which follows. */
  VPERMILPS(Map.M0F3A, Prefix.P66, 0x04, 64),
  /** Towards zero. */
  VCVTTPS2DQ(Map.M0F, Prefix.PF3, 0x5B, 64),
  VPMINSD(Map.M0F38, Prefix.P66, 0x39, 64),
  /** To halves; the source is the register field, as in a store, and a rounding follows. */
  VCVTPS2PH(Map.M0F3A, Prefix.P66, 0x1D, 32),
  /** Sixteen signed bytes to 32-bit lanes. */
  VPMOVSXBD(Map.M0F38, Prefix.P66, 0x21, 16),
  /** The low byte of each lane; the source is the register field, as in a store. */
  VPMOVDB(Map.M0F38, Prefix.PF3, 0x31, 16),
  /** The low word, or 32 bits, of each 64-bit lane, likewise. */
  VPMOVQW(Map.M0F38, Prefix.PF3, 0x34, 16),
  VPMOVQD(Map.M0F38, Prefix.PF3, 0x35, 32),
  /** A 16-bit value for all 16-bit lanes. */
  VPBROADCASTW_LOAD(Map.M0F38, Prefix.P66, 0x79, 2),
  /** Sixteen halves to floats. */
  VCVTPH2PS(Map.M0F38, Prefix.P66, 0x13, 32),
  /** The low word of each lane; the source is the register field, as in a store. */
  VPMOVDW(Map.M0F38, Prefix.PF3, 0x33, 32),
  VPBROADCASTD_LOAD(Map.M0F38, Prefix.P66, 0x58, 4),
  VPBROADCASTD_GPR(Map.M0F38, Prefix.P66, 0x7C, 4),
  VBROADCASTSS(Map.M0F38, Prefix.P66, 0x18, 4),
  VPADDB(Map.M0F, Prefix.P66, 0xFC, 64),
  /** A mask register of the bytes whose bits in both operands meet; EVEX alone. */
  VPTESTMB(Map.M0F38, Prefix.P66, 0x26, 64),
  /** All bits of the bytes that are equal; a register with VEX alone. */
  VPCMPEQB(Map.M0F, Prefix.P66, 0x74, 32);

  /** The opcode's map. */
  enum Map {
    M0F(1),
    M0F38(2),
    M0F3A(3);

    private final int bits;

    Map(int bits) {
      this.bits = bits;
    }

    int bits() {
      return bits;
    }
  }

  /** The prefix that is part of the opcode. */
  enum Prefix {
    NONE(0),
    P66(1),
    PF3(2);

    private final int bits;

    Prefix(int bits) {
      this.bits = bits;
    }

    int bits() {
      return bits;
    }
  }

  /** A shift by a constant number of bits, whose opcode is shared. */
  enum Shift {
    VPSRLD(0x72, 2),
    VPSRAD(0x72, 4),
    VPSLLD(0x72, 6),
    VPSRLW(0x71, 2),
    VPSRAW(0x71, 4),
    VPSLLW(0x71, 6);

    private final int opcode;
    private final int extension;

    Shift(int opcode, int extension) {
      this.opcode = opcode;
      this.extension = extension;
    }

    int opcode() {
      return opcode;
    }

    /** What stands in the register field. */
    int extension() {
      return extension;
    }
  }

  private final Map map;
  private final Prefix prefix;
  private final int opcode;
  private final int memoryBytes;

  Op(Map map, Prefix prefix, int opcode, int memoryBytes) {
    this.map = map;
    this.prefix = prefix;
    this.opcode = opcode;
    this.memoryBytes = memoryBytes;
  }

  Map map() {
    return map;
  }

  Prefix prefix() {
    return prefix;
  }

  int opcode() {
    return opcode;
  }

  /** Bytes of a whole operand in memory, in which short offsets are counted. */
  int memoryBytes() {
    return memoryBytes;
  }
}
