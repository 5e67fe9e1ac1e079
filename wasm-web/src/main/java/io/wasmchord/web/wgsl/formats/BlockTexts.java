package io.wasmchord.web.wgsl.formats;

import io.wasmchord.quant.format.IQ1_M;
import io.wasmchord.quant.format.IQ1_S;
import io.wasmchord.quant.format.IQ2_S;
import io.wasmchord.quant.format.IQ2_XS;
import io.wasmchord.quant.format.IQ2_XXS;
import io.wasmchord.quant.format.IQ3_S;
import io.wasmchord.quant.format.IQ3_XXS;
import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.quant.format.IQ4_XS;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.quant.format.MinimumFormat;
import io.wasmchord.quant.format.NVFP4;
import io.wasmchord.quant.format.OffsetFormat;
import io.wasmchord.quant.format.PartedFormat;
import io.wasmchord.quant.format.PlainFormat;
import io.wasmchord.quant.format.Q1_0;
import io.wasmchord.quant.format.Q2_0;
import io.wasmchord.quant.format.Q2_K;
import io.wasmchord.quant.format.Q3_K;
import io.wasmchord.quant.format.Q4_0;
import io.wasmchord.quant.format.Q4_1;
import io.wasmchord.quant.format.Q4_K;
import io.wasmchord.quant.format.Q5_0;
import io.wasmchord.quant.format.Q5_1;
import io.wasmchord.quant.format.Q5_K;
import io.wasmchord.quant.format.Q6_K;
import io.wasmchord.quant.format.Q8_0;
import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.quant.format.TQ1_0;
import io.wasmchord.quant.format.TQ2_0;
import io.wasmchord.quant.format.ValueTable;

/** The text of each format of integers. */
public final class BlockTexts {
  private BlockTexts() {}

  /** A format's text. */
  public static BlockText of(IntegerFormat format) {
    return switch (format) {
      case PlainFormat f -> plain(f);
      case OffsetFormat f -> offset(f);
      case ScaledFormat f -> scaled(f);
      case MinimumFormat f -> minimum(f);
      case PartedFormat f -> parted(f);
    };
  }

  private static BlockText plain(PlainFormat format) {
    return switch (format) {
      case Q4_0 f -> Blocks32.q40();
      case Q5_0 f -> Blocks32.q50();
      case Q8_0 f -> Blocks32.q80();
      case IQ4_NL f -> Blocks32.iq4nl();
      case MXFP4 f -> Blocks32.mxfp4();
    };
  }

  private static BlockText offset(OffsetFormat format) {
    return switch (format) {
      case Q4_1 f -> Blocks32.q41();
      case Q5_1 f -> Blocks32.q51();
    };
  }

  private static BlockText minimum(MinimumFormat format) {
    return switch (format) {
      case Q2_K f -> Blocks256.q2k();
      case Q4_K f -> Blocks256.q4k();
      case Q5_K f -> Blocks256.q5k();
    };
  }

  private static BlockText parted(PartedFormat format) {
    return switch (format) {
      case NVFP4 f -> PartBlocks.nvfp4();
      case Q1_0 f -> PartBlocks.q10();
      case Q2_0 f -> PartBlocks.q20();
    };
  }

  private static BlockText scaled(ScaledFormat format) {
    return switch (format) {
      case Q3_K f -> Blocks256.q3k();
      case Q6_K f -> Blocks256.q6k();
      case IQ4_XS f -> Blocks256.iq4xs();
      case TQ1_0 f -> Blocks256.tq10();
      case TQ2_0 f -> Blocks256.tq20();
      case IQ2_XXS f -> GridBlocks.iq2xxs();
      case IQ2_XS f -> GridBlocks.iq2xs();
      case IQ2_S f -> GridBlocks.iq2s();
      case IQ3_XXS f -> GridBlocks.iq3xxs();
      case IQ3_S f -> GridBlocks.iq3s();
      case IQ1_S f -> GridBlocks.iq1s();
      case IQ1_M f -> GridBlocks.iq1m();
    };
  }

  /** What a format's text calls beside {@link BlockText#SHARED}, and the arena's table. */
  public static String helpers(IntegerFormat format) {
    return switch (format) {
      case IQ4_NL f -> lookUp(IQ4_NL.TABLE);
      case IQ4_XS f -> lookUp(IQ4_NL.TABLE);
      case MXFP4 f -> lookUp(MXFP4.TABLE);
      case NVFP4 f -> lookUp(MXFP4.TABLE);
      case Q2_0 f -> HelperText.FOUR_PAIRS;
      case TQ1_0 f -> HelperText.TERNARY;
      case IQ2_XXS f -> HelperText.SIGNS + HelperText.EIGHT;
      case IQ2_XS f -> HelperText.SIGNS + HelperText.EIGHT;
      case IQ2_S f -> HelperText.SIGNS + HelperText.EIGHT;
      case IQ3_XXS f -> HelperText.SIGNS + HelperText.FOURS;
      case IQ3_S f -> HelperText.SIGNS + HelperText.FOURS;
      case IQ1_S f -> HelperText.MOVED;
      case IQ1_M f -> HelperText.MOVED;
      default -> "";
    };
  }

  private static String lookUp(ValueTable table) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < table.size(); i += 4) {
      int word = 0;
      for (int k = 0; k < 4; k++) {
        word |= (table.value(i + k) & 0xFF) << (8 * k);
      }
      words.append(i == 0 ? "" : ", ").append("0x").append(Integer.toHexString(word)).append("u");
    }
    return HelperText.LOOK_UP.replace("WORDS", words);
  }
}
