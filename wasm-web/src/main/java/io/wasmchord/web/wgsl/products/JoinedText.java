package io.wasmchord.web.wgsl.products;

import io.wasmchord.backend.Activation;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.rows.Elementwise;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Products of several weights in one kernel: workgroups of the first, of the second, and so on. */
final class JoinedText {
  private static final List<Place> PLACES = List.of(Place.W0, Place.W1, Place.W2);

  private JoinedText() {}

  static GpuKernel<JoinedProducts> products(List<? extends WeightFormat> formats) {
    List<DecodeText> texts = texts(formats);
    StringBuilder name = new StringBuilder("matmuls");
    StringBuilder body = new StringBuilder("  var member = group;\n");
    for (int i = 0; i < texts.size(); i++) {
      String choice = of(texts.get(i), i, "store(p.out" + i + " + to, acc);");
      String groups =
          "p.tokens * ((p.rows"
              + i
              + " + "
              + (texts.get(i).rows() - 1)
              + "u) / "
              + texts.get(i).rows()
              + "u)";
      name.append("_").append(formats.get(i).name().replace("_", ""));
      body.append("  if (member < ").append(groups).append(") {\n").append(choice);
      body.append("    return;\n  }\n  member -= ").append(groups).append(";\n");
    }
    KernelText<JoinedProducts> text =
        declared(new KernelText<>(name.toString(), JoinedProducts.layout(texts.size())), texts);
    return text.body(
        a -> {
          long groups = 0;
          for (int i = 0; i < texts.size(); i++) {
            groups += a.groups(i, texts.get(i).rows());
          }
          return Grid.of(groups);
        },
        body.toString());
  }

  static GpuKernel<GatedProducts> gated(WeightFormat format, Activation activation) {
    List<DecodeText> texts = texts(List.of(format, format));
    String value = Elementwise.gated(activation, "gate", "acc", "p.limit");
    String name =
        "matmuls_" + Elementwise.gate(activation).name() + "_" + format.name().replace("_", "");
    String body =
        "  let member = group;\n  var gate = 0f;\n  {\n"
            + of(texts.get(0), 0, "gate = acc;\n    store(p.out0 + to, acc);")
            + "  }\n  {\n"
            + of(
                texts.get(1),
                1,
                "store(p.out1 + to, acc);\n    store(p.out + token * p.stride0 + row + thread, "
                    + value
                    + ");")
            + "  }\n";
    return declared(new KernelText<>(name, GatedProducts.LAYOUT), texts)
        .body(
            a -> Grid.of(a.products().groups(0, texts.getFirst().rows())),
            body.replace("p.rows0", "p.rows").replace("p.rows1", "p.rows"));
  }

  private static List<DecodeText> texts(List<? extends WeightFormat> formats) {
    if (!Products.join(formats)) {
      throw new IllegalArgumentException("products of " + formats + " in one kernel");
    }
    List<DecodeText> texts = new ArrayList<>();
    for (int i = 0; i < formats.size(); i++) {
      texts.add(DecodeText.of(formats.get(i), PLACES.get(i)));
    }
    return texts;
  }

  private static <A> KernelText<A> declared(KernelText<A> text, List<DecodeText> texts) {
    Set<String> common = new LinkedHashSet<>();
    int terms = 0;
    text.binds(Binding.ARENA);
    for (int i = 0; i < texts.size(); i++) {
      common.addAll(texts.get(i).common());
      terms = Math.max(terms, texts.get(i).terms());
      text.binds(PLACES.get(i).binding());
    }
    text.shares("terms", "f32", terms);
    common.forEach(text::declares);
    for (int i = 0; i < texts.size(); i++) {
      text.declares(numbered(texts.get(i).own(), i));
    }
    return text;
  }

  /** A weight's body, of the workgroup's number {@code member}. */
  private static String of(DecodeText text, int part, String finish) {
    String body = numbered(text.body(), part).replace("group", "member");
    return body.replace("workmemberBarrier", "workgroupBarrier")
        .replace("FIRST", "p.first" + part)
        .replace("ROW_OF_X", "token")
        .replace("FINISH", finish);
  }

  private static String numbered(String text, int part) {
    String numbered = text;
    for (String word : List.of("p.out", "p.base", "p.first", "p.rows", "p.stride")) {
      numbered = numbered.replace(word, word + part);
    }
    return numbered;
  }
}
