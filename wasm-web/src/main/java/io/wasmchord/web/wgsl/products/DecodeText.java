package io.wasmchord.web.wgsl.products;

import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.wgsl.formats.BlockText;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.KernelText;
import java.util.List;

/**
 * The product of a format for few rows of activations, as text; {@link Choice} fills what is left
 * open.
 *
 * @param body of the kernel
 * @param rows of the weight that a workgroup has
 * @param terms floats that a workgroup shares
 * @param common declarations that several weights share
 * @param own declarations of this weight
 */
record DecodeText(String body, int rows, int terms, List<String> common, String own) {
  static DecodeText of(WeightFormat format, Place place) {
    return switch (format) {
      case FloatFormat f -> FloatText.of(f, place);
      case IntegerFormat f ->
          BlockText.summedByBlock(f) ? BlockDecodeText.of(f, place) : UnitDecodeText.of(f, place);
    };
  }

  <A> GpuKernel<A> kernel(String name, Place place, Choice<A> choice) {
    KernelText<A> text =
        new KernelText<>(name, choice.layout())
            .binds(Binding.ARENA, place.binding())
            .shares("terms", "f32", terms);
    common.forEach(text::declares);
    return text.declares(own).body(a -> choice.grid(a, rows), choice.named(body));
  }
}
