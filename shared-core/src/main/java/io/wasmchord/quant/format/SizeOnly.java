package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * A format of which only the size is known: files with it can be read and described, not computed.
 */
public final class SizeOnly extends BlockFormat {
  /**
   * @param values in a block
   * @param bytes of a block
   */
  public SizeOnly(String name, int id, int values, int bytes) {
    super(name, id, values, Field.integers("unknown", 0, 8, bytes));
  }

  @Override
  public Optional<BlockDecoder> decoder() {
    return Optional.empty();
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.empty();
  }
}
