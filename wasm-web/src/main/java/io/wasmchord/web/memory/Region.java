package io.wasmchord.web.memory;

/**
 * A range of linear memory that a command reads or writes.
 *
 * @param start unsigned address
 * @param bytes its length
 */
public record Region(long start, long bytes) {
  /** No bytes, at the address that means "none" to kernels. */
  public static final Region NONE = new Region(0, 0);

  public static Region of(LinearMemory memory) {
    return new Region(memory.address() & 0xFFFFFFFFL, memory.size());
  }

  public Region part(long offset, long length) {
    return new Region(start + offset, length);
  }

  /** The first byte's address, as an unsigned 32-bit number. */
  public int address() {
    return (int) start;
  }

  public boolean overlaps(Region other) {
    return start < other.start + other.bytes && other.start < start + bytes;
  }
}
