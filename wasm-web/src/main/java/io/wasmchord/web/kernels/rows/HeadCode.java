package io.wasmchord.web.kernels.rows;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.kernels.arguments.CopyHeadsArguments;
import io.wasmchord.web.kernels.emit.Emit;

/** Runs of values of heads. */
public final class HeadCode {
  private HeadCode() {}

  /** The kernel that copies them. */
  public static void copy(Code c, Emit.Frame<CopyHeadsArguments> f) {
    I32.Local heads = f.argument(CopyHeadsArguments.HEADS);
    I32.Local bytes = f.argument(CopyHeadsArguments.BYTES);
    I32.Local x =
        c.i32(f.argument(CopyHeadsArguments.X).plus(f.argument(CopyHeadsArguments.OFFSET)));
    I32.Local out =
        c.i32(f.argument(CopyHeadsArguments.OUT).plus(f.argument(CopyHeadsArguments.OUT_OFFSET)));
    f.eachUnit(() -> {
      I32.Local token = c.i32(f.unit().over(heads));
      I32.Local head = c.i32(f.unit().modulo(heads));
      I32 from =
          token
              .times(f.argument(CopyHeadsArguments.TOKEN))
              .plus(head.times(f.argument(CopyHeadsArguments.HEAD)));
      I32 to =
          token
              .times(f.argument(CopyHeadsArguments.OUT_TOKEN))
              .plus(head.times(f.argument(CopyHeadsArguments.OUT_HEAD)));
      c.copy(out.plus(to), x.plus(from), bytes);
    });
  }
}
