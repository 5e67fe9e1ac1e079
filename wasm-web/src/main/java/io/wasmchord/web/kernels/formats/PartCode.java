package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.PartedFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One part of a format whose blocks have several. */
abstract class PartCode extends BlockCode {
  private final PartedFormat parted;
  private final int part;
  private final SharedScale scale;

  /** What parts share of a block's scales: its first part makes it. */
  static final class SharedScale {
    private V128.@Nullable Local made;
  }

  PartCode(PartedFormat format, int part, int bias, SharedScale scale) {
    super(format, bias);
    this.parted = format;
    this.part = part;
    this.scale = scale;
  }

  @Override
  public V128.Local scale(Code c, I32 block) {
    V128.Local known = scale.made;
    if (part > 0 && known != null) {
      return known;
    }
    known = shared(c, block);
    scale.made = known;
    return known;
  }

  /** What the parts of a block share: its float scale, or what theirs are made of. */
  V128.Local shared(Code c, I32 block) {
    return super.scale(c, block);
  }

  /** Which part this is. */
  final int part() {
    return part;
  }

  /** The code of another part. */
  abstract BlockCode of(int other, SharedScale shared);

  @Override
  public final int values() {
    return parted.part();
  }

  @Override
  public final List<BlockCode> parts() {
    return IntStream.range(0, parted.values() / parted.part()).mapToObj(p -> of(p, scale)).toList();
  }

  @Override
  public final void begin(Code c, I32 block) {}
}
