package io.wasmchord.quant.format;

import java.util.List;
import java.util.Optional;

/**
 * A tensor format: what a block holds and where, what its values mean, and what they are multiplied
 * with. Everything that depends on a format asks these objects; what differs from format to format
 * elsewhere (a kernel) is chosen by a {@code switch} over these types without a default, so that a
 * format without its case does not compile. Formats have no state.
 */
public abstract sealed class BlockFormat permits WeightFormat, ActivationOnlyFormat, SizeOnly {
  private final String name;
  private final int id;
  private final int values;
  private final List<Field> fields;

  /**
   * @param id ggml's number of the format
   * @param values in a block
   * @param fields of a block in order, without gaps
   */
  BlockFormat(String name, int id, int values, Field... fields) {
    this.name = name;
    this.id = id;
    this.values = values;
    this.fields = List.of(fields);
    int end = 0;
    for (Field field : fields) {
      if (field.at() != end) {
        throw new IllegalArgumentException(
            name + ": the field " + field.name() + " is at " + field.at() + ", not at " + end);
      }
      end += field.bytes();
    }
  }

  /** ggml's name in capitals, e.g. {@code Q4_K}. */
  public final String name() {
    return name;
  }

  /** ggml's number, as a GGUF file stores it. */
  public final int id() {
    return id;
  }

  /** Values in one block; a row's length must be a multiple. */
  public final int values() {
    return values;
  }

  /** Bytes of one block. */
  public final int bytes() {
    Field last = fields.getLast();
    return last.at() + last.bytes();
  }

  /** The parts of a block, in order and without gaps. */
  public final List<Field> fields() {
    return fields;
  }

  /** A new decoder, bit-equal to ggml's; empty where there is none. It is for one thread. */
  public abstract Optional<BlockDecoder> decoder();

  /** The quantizer, byte-equal to ggml's; empty where there is none. */
  public abstract Optional<BlockEncoder> encoder();

  /** The quantizer by importances, byte-equal to ggml's; empty where they mean nothing to it. */
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.empty();
  }

  @Override
  public final String toString() {
    return name;
  }
}
