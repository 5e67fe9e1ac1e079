package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.web.wgsl.formats.BlockText;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * The product of float weights for many rows of activations: tiles as in {@link TileText}, values
 * added in order, 16 columns in shared memory at a time.
 */
final class FloatTileText {
  private static final String BODY =
      """
        let tilesOfTokens = (p.tokens + 31u) / 32u;
        let row = group / tilesOfTokens * 32u;
        let token = group % tilesOfTokens * 32u;
        if (row >= p.rows) {
          return;
        }
        let tx = thread % 8u;
        let ty = thread / 8u;
        var acc0 = vec4<f32>();
        var acc1 = vec4<f32>();
        var acc2 = vec4<f32>();
        var acc3 = vec4<f32>();
        for (var start = 0u; start < p.cols; start += 16u) {
          let count = min(16u, p.cols - start);
          workgroupBarrier();
          for (var i = thread; i < 512u; i += 64u) {
            let column = i % 16u;
            if (column < count) {
              let r = min(row + i / 16u, p.rows - 1u);
              let t = min(token + i / 16u, p.tokens - 1u);
              weights[32u * column + i / 16u] = value$(p.first + r, start + column);
              tokens[32u * column + i / 16u] = load(p.x + t * p.cols + start + column);
            }
          }
          workgroupBarrier();
          for (var k = 0u; k < count; k++) {
            let at = 32u * k + tx;
            let i = 32u * k + ty;
            let a = vec4<f32>(tokens[i], tokens[i + 8u], tokens[i + 16u], tokens[i + 24u]);
            acc0 = add4(acc0, mul4(vec4<f32>(weights[at]), a));
            acc1 = add4(acc1, mul4(vec4<f32>(weights[at + 8u]), a));
            acc2 = add4(acc2, mul4(vec4<f32>(weights[at + 16u]), a));
            acc3 = add4(acc3, mul4(vec4<f32>(weights[at + 24u]), a));
          }
        }
        for (var j = 0u; j < 4u; j++) {
          let t = token + ty + 8u * j;
          let out = p.out + t * p.stride + row + tx;
          if (t < p.tokens && row + tx < p.rows) {
            store(out, acc0[j]);
          }
          if (t < p.tokens && row + tx + 8u < p.rows) {
            store(out + 8u, acc1[j]);
          }
          if (t < p.tokens && row + tx + 16u < p.rows) {
            store(out + 16u, acc2[j]);
          }
          if (t < p.tokens && row + tx + 24u < p.rows) {
            store(out + 24u, acc3[j]);
          }
        }
      """;

  private FloatTileText() {}

  static GpuKernel<Product> kernel(String name, FloatFormat format, Place place) {
    return new KernelText<>(name, Product.LAYOUT)
        .binds(Binding.ARENA, place.binding())
        .shares("weights", "f32", 512)
        .shares("tokens", "f32", 512)
        .declares(FloatText.value(format, place))
        .body(
            a -> Grid.of((long) ((a.rows() + 31) / 32) * ((a.tokens() + 31) / 32)),
            BlockText.named(BODY, place));
  }
}
