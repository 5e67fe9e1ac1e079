package io.wasmchord.jvm.machine;

import io.wasmchord.jvm.machine.FloatLanes.Register;

/** What registers a tile of sums has: first the sums, two of a row, then these. */
enum TileRegisters {
  /** Of 32 registers. */
  WIDE(12, 24, 26, 4, 30),
  /** Of 16. */
  NARROW(5, 10, 12, 2, 14);

  private final int rows;
  private final Register[] values;
  private final Register[] products;
  private final Register[] scales;

  TileRegisters(int rows, int values, int products, int turns, int scales) {
    this.rows = rows;
    this.values = Register.from(values, 2);
    this.products = Register.from(products, turns);
    this.scales = Register.from(scales, 2);
  }

  static TileRegisters of(FloatLanes lanes) {
    return of(lanes.bytes());
  }

  static TileRegisters of(Variant variant) {
    return of(variant.bits() / 8);
  }

  private static TileRegisters of(int bytes) {
    return bytes == KernelWriter.BYTES ? WIDE : NARROW;
  }

  /** Rows for whose sums there is room. */
  int rows() {
    return rows;
  }

  /** Of a term: of the first and of the second register of lanes. */
  Register value(int register) {
    return values[register];
  }

  /** What values are multiplied with, or a mask. */
  Register scale(int register) {
    return scales[register];
  }

  /** Products of the values with a row's; rows take turns. */
  Register product(int row, int registers, int register) {
    return products[(row * registers + register) % products.length];
  }
}
