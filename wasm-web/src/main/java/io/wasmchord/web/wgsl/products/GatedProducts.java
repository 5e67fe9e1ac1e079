package io.wasmchord.web.wgsl.products;

import io.wasmchord.web.wgsl.text.ArgumentLayout;

/**
 * What products of a gate's and another weight are told, whose results are gated.
 *
 * @param products of the two weights, with as many rows
 * @param out the gate's results, with the first part's stride; may be either product's
 * @param limit of an activation that has one, else 0
 */
public record GatedProducts(JoinedProducts products, int out, float limit) {
  static final ArgumentLayout<GatedProducts> LAYOUT =
      ArgumentLayout.<GatedProducts>empty()
          .number("x", a -> a.products.x())
          .number("cols", a -> a.products.cols())
          .number("tokens", a -> a.products.tokens())
          .number("table", a -> a.products.table())
          .number("rows", a -> a.products.parts().getFirst().rows())
          .number("out", GatedProducts::out)
          .real("limit", GatedProducts::limit)
          .number("out0", a -> a.products.parts().get(0).out())
          .number("base0", a -> a.products.parts().get(0).base())
          .number("first0", a -> a.products.parts().get(0).first())
          .number("stride0", a -> a.products.parts().get(0).stride())
          .number("out1", a -> a.products.parts().get(1).out())
          .number("base1", a -> a.products.parts().get(1).base())
          .number("first1", a -> a.products.parts().get(1).first())
          .number("stride1", a -> a.products.parts().get(1).stride());
}
