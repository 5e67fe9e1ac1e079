package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.PartedFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import java.util.List;
import java.util.stream.IntStream;

/** One part of a format whose blocks have several. */
abstract class PartCode extends BlockCode {
  private final PartedFormat parted;
  private final int part;

  PartCode(PartedFormat format, int part, int bias) {
    super(format, bias);
    this.parted = format;
    this.part = part;
  }

  /** Which part this is. */
  final int part() {
    return part;
  }

  /** The code of another part. */
  abstract BlockCode of(int other);

  @Override
  public final int values() {
    return parted.part();
  }

  @Override
  public final List<BlockCode> parts() {
    return IntStream.range(0, parted.values() / parted.part()).mapToObj(this::of).toList();
  }

  @Override
  public final void begin(Code c, I32 block) {}
}
