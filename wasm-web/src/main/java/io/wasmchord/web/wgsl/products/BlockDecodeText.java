package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.web.wgsl.formats.BlockText;
import io.wasmchord.web.wgsl.formats.BlockTexts;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * The product for few rows of activations of formats of 256 values. A workgroup has some rows of
 * the weight and one row of activations; a thread takes every eighth block of a row, with all its
 * integers, so that threads need each other only for terms. Then a thread a row adds them in order.
 */
final class BlockDecodeText {
  private static final int ROWS = 8;
  private static final String BODY =
      """
        let tiles = (p.rows + ROWS - 1u) / ROWS;
        let token = group / tiles;
        if (token >= p.tokens) {
          return;
        }
        let row = group % tiles * ROWS;
        let weight = p.base * 4u + (FIRST + row) * ROW_BYTES;
        let here = min(ROWS, p.rows - row);
        let x = p.x + ROW_OF_X * PACKED_WORDS;
        let blocks = p.cols / 256u;
        let r = thread / 8u;
        var acc = 0f;
        for (var start = 0u; start < blocks; start += 8u) {
          let block = start + thread % 8u;
          if (r < here && block < blocks) {
            let at = weight + r * ROW_BYTES + block * BLOCK_BYTES;
            let sums = block$(at, x + block * 64u, x + p.cols / 4u + block * 8u);
            let sum = sums.x;
            let minima = sums.y;
            let da = load(x + p.cols / 4u + p.cols / 32u + block);
            terms[thread] = VALUE;
          }
          workgroupBarrier();
          if (thread < here) {
            let count = min(8u, blocks - start);
            for (var i = 0u; i < count; i++) {
              acc = add(acc, terms[8u * thread + i]);
            }
          }
          workgroupBarrier();
        }
        if (thread < here) {
          store(p.out + token * p.stride + row + thread, acc);
        }
      """;

  private BlockDecodeText() {}

  static <A> GpuKernel<A> kernel(String name, IntegerFormat format, Place place, Choice<A> choice) {
    String text =
        PackedText.filled(BODY, format)
            .replace("VALUE", Term.of(format))
            .replace("ROWS", ROWS + "u");
    return new KernelText<>(name, choice.layout())
        .binds(Binding.ARENA, place.binding())
        .threads(8 * ROWS)
        .shares("terms", "f32", 8 * ROWS)
        .declares(BlockText.SHARED)
        .declares(BlockTexts.helpers(format))
        .declares(BlockTexts.of(format).functions(place))
        .declares(PackedText.ACTIVATIONS)
        .declares(BlockText.named(BlockSums.of(format), place))
        .body(a -> choice.grid(a, ROWS), choice.named(BlockText.named(text, place)));
  }
}
