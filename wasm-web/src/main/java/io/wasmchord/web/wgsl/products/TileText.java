package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MinimumFormat;
import io.wasmchord.quant.format.OffsetFormat;
import io.wasmchord.quant.format.PartedFormat;
import io.wasmchord.quant.format.PlainFormat;
import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.web.wgsl.formats.BlockText;
import io.wasmchord.web.wgsl.formats.BlockTexts;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.Filled;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * The product of integers for many rows of activations. A workgroup makes a tile of 32 rows of the
 * weight by 32 tokens; a thread has four by four of it, eight apart. Of each unit of 32 values,
 * half of the threads unpack the weight's rows and half copy the activations' integers to shared
 * memory.
 */
final class TileText {
  private final IntegerFormat format;
  private final Place place;
  private final boolean byBlock;
  private final boolean halved;
  private final boolean minima;
  private final int terms;

  TileText(IntegerFormat format, Place place) {
    this.format = format;
    this.place = place;
    this.byBlock = BlockText.summedByBlock(format);
    this.halved = BlockText.halved(format);
    this.minima = format instanceof MinimumFormat;
    this.terms = Term.ofUnit(format);
  }

  GpuKernel<Product> kernel(String name) {
    KernelText<Product> text =
        new KernelText<>(name, Product.LAYOUT)
            .binds(Binding.ARENA, place.binding())
            .shares("weights", "u32", 256)
            .shares("tokens", "u32", 256)
            .shares("scales", "i32", byBlock ? 64 : 1)
            .shares("minimums", "i32", minima ? 64 : 1)
            .shares("sums", "i32", minima ? 64 : 1)
            .shares("ds", "f32", 64)
            .shares("offsets", "f32", 32)
            .shares("das", "f32", 32)
            .shares("seconds", "f32", 32)
            .declares(BlockText.SHARED)
            .declares(BlockTexts.helpers(format))
            .declares(BlockTexts.of(format).functions(place));
    return text.body(
        a -> Grid.of((long) ((a.rows() + 31) / 32) * ((a.tokens() + 31) / 32)),
        BlockText.named(filled(), place));
  }

  private String filled() {
    return PackedText.filled(START + loads() + sums() + END, format);
  }

  private static String each(String text) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      all.append(text.replace("#", Integer.toString(i)).replace("@", Integer.toString(8 * i)));
    }
    return all.toString();
  }

  private static String words(String array, String of) {
    StringBuilder all = new StringBuilder();
    for (int k = 0; k < 8; k++) {
      String part = of + (k < 4 ? ".low." : ".high.") + "xyzw".charAt(k & 3);
      all.append(Filled.of("      %s[%su + lane] = %s;\n", array, 32 * k, part));
    }
    return all.toString();
  }

  private String loads() {
    StringBuilder text = new StringBuilder("    if (thread < 32u) {\n");
    text.append("      let at = weight + block * BLOCK_BYTES;\n");
    text.append("      let q = quants$(at, inner);\n").append(words("weights", "q"));
    if (byBlock) {
      text.append(twoOf("scales", "scale$"));
      if (minima) {
        text.append(twoOf("minimums", "minimum$"));
      }
      text.append("      if (inner == 0u) {\n        ds[lane] = d$(at, 0u);\n");
      text.append(minima ? "        offsets[lane] = offset$(at);\n" : "").append("      }\n");
    } else {
      text.append("      ds[lane] = d$(at, " + terms + "u * inner);\n");
      text.append(terms == 2 ? "      ds[32u + lane] = d$(at, 2u * inner + 1u);\n" : "");
      text.append(format instanceof OffsetFormat ? "      offsets[lane] = offset$(at);\n" : "");
    }
    return text.append(activations()).append("    }\n    workgroupBarrier();\n").toString();
  }

  private String twoOf(String array, String function) {
    return halved
        ? Filled.of("      %s[lane] = %s(at, 2u * inner);\n", array, function)
            + Filled.of("      %s[32u + lane] = %s(at, 2u * inner + 1u);\n", array, function)
        : Filled.of("      %s[lane] = %s(at, inner);\n", array, function);
  }

  private String activations() {
    StringBuilder text = new StringBuilder("    } else {\n");
    text.append(
        """
              for (var k = 0u; k < 8u; k++) {
                tokens[32u * k + lane] = arena[x + 8u * unit + k];
              }
        """);
    if (minima) {
      text.append(
          """
                let both = arena[x + p.cols / 4u + unit];
                sums[lane] = bitcast<i32>(both << 16u) >> 16u;
                sums[32u + lane] = bitcast<i32>(both) >> 16u;
          """);
    }
    if (byBlock) {
      text.append("      if (inner == 0u) {\n        das[lane] = ")
          .append("load(x + p.cols / 4u + p.cols / 32u + block);\n      }\n");
    } else {
      text.append("      das[lane] = load(x + p.cols / 4u + unit);\n");
      text.append(
          format instanceof OffsetFormat
              ? "      seconds[lane] = load(x + p.cols / 4u + p.cols / 32u + unit);\n"
              : "");
    }
    return text.toString();
  }

  private static String four(String type, String array, String start) {
    String at = array + "[" + start;
    return Filled.of("vec4<%s>(%s], %s + 8u], %s + 16u], %s + 24u])", type, at, at, at, at);
  }

  /** Four words of products of each of a thread's rows and tokens. */
  private static String products(int firstWord, int count) {
    return Filled.of("    for (var k = %su; k < %su; k++) {\n", firstWord, firstWord + count)
        + "      let a = "
        + four("u32", "tokens", "32u * k + ty")
        + ";\n"
        + each(
            """
                  let w# = weights[32u * k + tx + @u];
                  part# += vec4<i32>(dot4I8Packed(w#, a.x), dot4I8Packed(w#, a.y),
                    dot4I8Packed(w#, a.z), dot4I8Packed(w#, a.w));
            """)
        + "    }\n";
  }

  private String sums() {
    StringBuilder text = new StringBuilder(each("    var part# = vec4<i32>();\n"));
    if (byBlock) {
      return text.append(blockSums()).toString();
    }
    text.append("    let da = ").append(four("f32", "das", "ty")).append(";\n");
    for (int t = 0; t < terms; t++) {
      text.append(t == 0 ? "" : each("    part# = vec4<i32>();\n"));
      text.append(products(8 / terms * t, 8 / terms)).append(unitTerm(t));
    }
    return text.toString();
  }

  private String unitTerm(int part) {
    String product = "mul4(mul4(vec4<f32>(ds[" + 32 * part + "u + tx + @u]), da), convert4(part#))";
    String term =
        switch (format) {
          case OffsetFormat f ->
              "add4("
                  + product
                  + ", mul4(vec4<f32>(offsets[tx + @u]), "
                  + four("f32", "seconds", "ty")
                  + "))";
          case PlainFormat f -> product;
          case PartedFormat f -> product;
          case ScaledFormat f -> throw new IllegalArgumentException(f.name());
          case MinimumFormat f -> throw new IllegalArgumentException(f.name());
        };
    return each("    acc# = add4(acc#, " + term + ");\n");
  }

  private String blockSums() {
    StringBuilder text = new StringBuilder();
    if (halved) {
      text.append(products(0, 4))
          .append(each("    sum# += scales[tx + @u] * part#;\n    part# = vec4<i32>();\n"))
          .append(products(4, 4))
          .append(each("    sum# += scales[32u + tx + @u] * part#;\n"));
    } else {
      text.append(products(0, 8)).append(each("    sum# += scales[tx + @u] * part#;\n"));
    }
    String term = "mul4(vec4<f32>(ds[tx + @u]), convert4(sum#))";
    if (minima) {
      text.append("    let low = ").append(four("i32", "sums", "ty")).append(";\n");
      text.append("    let high = ").append(four("i32", "sums", "32u + ty")).append(";\n");
      text.append(
          each(
              halved
                  ? "    least# += minimums[tx + @u] * low + minimums[32u + tx + @u] * high;\n"
                  : "    least# += minimums[tx + @u] * (low + high);\n"));
      term = "sub4(" + term + ", mul4(vec4<f32>(offsets[tx + @u]), convert4(least#)))";
    }
    text.append("    if (inner == BLOCK_UNITS - 1u) {\n      let da = ");
    text.append(four("f32", "das", "ty")).append(";\n");
    text.append(each("      acc# = add4(acc#, mul4(da, " + term + "));\n"));
    text.append(each("      sum# = vec4<i32>();\n"));
    text.append(minima ? each("      least# = vec4<i32>();\n") : "");
    return text.append("    }\n").toString();
  }

  private static final String START =
      """
        let tilesOfTokens = (p.tokens + 31u) / 32u;
        let row = group / tilesOfTokens * 32u;
        let token = group % tilesOfTokens * 32u;
        if (row >= p.rows) {
          return;
        }
        let lane = thread % 32u;
        let tx = thread % 8u;
        let ty = thread / 8u;
        let weight = p.base * 4u + (p.first + min(row + lane, p.rows - 1u)) * ROW_BYTES;
        let x = p.x + min(token + lane, p.tokens - 1u) * PACKED_WORDS;
      """
          + each(
              """
                var acc# = vec4<f32>();
                var sum# = vec4<i32>();
                var least# = vec4<i32>();
              """)
          + """
            for (var unit = 0u; unit < p.cols / 32u; unit++) {
              let inner = unit % BLOCK_UNITS;
              let block = unit / BLOCK_UNITS;
              workgroupBarrier();
          """;

  private static final String END =
      """
        }
        for (var j = 0u; j < 4u; j++) {
          let out = p.out + (token + ty + 8u * j) * p.stride + row + tx;
          if (token + ty + 8u * j < p.tokens) {
      """
          + each(
              """
                    if (row + tx + @u < p.rows) {
                      store(out + @u, acc#[j]);
                    }
              """)
          + """
              }
            }
          """;
}
