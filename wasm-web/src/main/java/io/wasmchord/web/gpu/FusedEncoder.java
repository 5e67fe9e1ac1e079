package io.wasmchord.web.gpu;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.quant.format.Partner;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.gpu.DispatchList.Bound;
import io.wasmchord.web.gpu.DispatchList.Window;
import io.wasmchord.web.wgsl.attention.RopeStore;
import io.wasmchord.web.wgsl.attention.StoreKv;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.products.Activations;
import io.wasmchord.web.wgsl.products.GatedProducts;
import io.wasmchord.web.wgsl.products.JoinedProducts;
import io.wasmchord.web.wgsl.products.Product;
import io.wasmchord.web.wgsl.products.Products;
import io.wasmchord.web.wgsl.products.ResidualProduct;
import io.wasmchord.web.wgsl.rows.Norm;
import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring commands in one dispatch, with all that each of them writes and the same bits. What
 * is not found here is encoded command by command.
 */
final class FusedEncoder {
  private static final int MOST_JOINED = 3; // as many weights as a kernel binds

  private final Recorder recorder;
  private final ProductEncoder products;

  FusedEncoder(Recorder recorder, ProductEncoder products) {
    this.recorder = recorder;
    this.products = products;
  }

  /**
   * Encodes what begins at a command, where it is known.
   *
   * @return how many commands that were, or 0
   */
  int encode(List<Command> list, int at) {
    return switch (list.get(at)) {
      case Command.RmsNorm norm -> norm(norm, next(list, at + 1));
      case Command.Gate gate -> gate(gate, next(list, at + 1));
      case Command.Rope rope -> ropeStore(rope, next(list, at + 1), next(list, at + 2));
      case Command.MatMul _ -> products(list, at);
      default -> 0;
    };
  }

  /** A command behind another, or that one where it is the last. */
  private static Command next(List<Command> list, int at) {
    return list.get(Math.min(at, list.size() - 1));
  }

  private static int word(Tensor tensor) {
    return data(tensor).word();
  }

  private static GpuMemory data(Tensor tensor) {
    return GpuTensor.of(tensor).data();
  }

  private static boolean same(Tensor a, Tensor b) {
    return a.rows() == b.rows() && a.cols() == b.cols() && data(a).is(data(b));
  }

  private static WeightFormat format(Command.MatMul product) {
    return WeightFormat.of(product.weight().type().format());
  }

  /** What the next command's product rounds these rows to; floats where it does not. */
  private static Partner partner(Tensor rows, Command next) {
    return next instanceof Command.MatMul product && same(product.x(), rows)
        ? format(product).partner()
        : Partner.FLOATS;
  }

  private int norm(Command.RmsNorm c, Command next) {
    Partner partner = partner(c.out(), next);
    if (partner == Partner.FLOATS || c.weight().rows() > 1 || c.weight().cols() != c.x().cols()) {
      return 0;
    }
    products.wrote(data(c.out()));
    recorder.add(
        "rms " + partner,
        () -> Activations.rmsNorm(partner),
        new Activations.NormArguments(
            new Norm.Arguments(
                word(c.x()),
                word(c.weight()),
                word(c.out()),
                c.x().cols(),
                1,
                c.x().rows(),
                c.eps()),
            products.roundedBy(GpuTensor.of(c.out()), partner)));
    return 1;
  }

  private int gate(Command.Gate c, Command next) {
    Partner partner = partner(c.out(), next);
    if (partner == Partner.FLOATS) {
      return 0;
    }
    products.wrote(data(c.out()));
    recorder.add(
        "gate " + c.activation() + " " + partner,
        () -> Activations.gate(c.activation(), partner),
        new Activations.Gate(
            word(c.gate()),
            word(c.up()),
            word(c.out()),
            products.roundedBy(GpuTensor.of(c.out()), partner),
            c.out().cols(),
            c.out().rows(),
            c.limit()));
    return 1;
  }

  /** Keys are turned and stored, then queries are turned. */
  private int ropeStore(Command.Rope keys, Command second, Command third) {
    if (!(second instanceof Command.StoreKv store)
        || !(third instanceof Command.Rope queries)
        || !same(keys.x(), store.k())
        || !same(keys.table(), queries.table())
        || keys.order() != queries.order()
        || keys.headDim() != queries.headDim()
        || keys.headDim() != keyDim(store)
        || data(queries.x()).meets(data(store.k()))
        || data(queries.x()).meets(data(store.v()))) {
      return 0;
    }
    int first = 0;
    for (SequenceRows rows : store.sequences()) {
      ropeStore(keys, store, queries, rows, first);
      first += rows.count();
    }
    products.wrote(data(keys.x()));
    products.wrote(data(queries.x()));
    return 3;
  }

  private static int keyDim(Command.StoreKv store) {
    GpuKvCache cache = GpuKvCache.of(store.sequences().getFirst().cache());
    return cache.spec().heads(store.layer()).keyDim();
  }

  private void ropeStore(
      Command.Rope keys,
      Command.StoreKv store,
      Command.Rope queries,
      SequenceRows rows,
      int first) {
    GpuKvCache cache = GpuKvCache.of(rows.cache());
    KvSpec spec = cache.spec();
    KvSpec.Heads kv = spec.heads(store.layer());
    recorder.add(
        "ropeStore " + spec.type() + " " + keys.order(),
        () -> RopeStore.kernel(spec.type(), keys.order()),
        new RopeStore.Arguments(
            word(queries.x().rows(first, rows.count())),
            queries.x().cols() / queries.headDim(),
            word(keys.table().rows(first, rows.count())),
            keys.table().cols() / 2,
            new StoreKv.Arguments(
                word(store.k().rows(first, rows.count())),
                word(store.v().rows(first, rows.count())),
                cache.part(Part.KEYS, store.layer()).word(),
                cache.part(Part.VALUES, store.layer()).word(),
                rows.position(),
                rows.count(),
                kv.count(),
                kv.keyDim(),
                kv.valueDim(),
                spec.capacity(store.layer()),
                spec.type())),
        Bound.cache(cache.window(store.layer())));
  }

  /** Products of few rows by weights that are bound whole: with each other, or what follows. */
  private int products(List<Command> list, int at) {
    List<Command.MatMul> members = new ArrayList<>();
    List<WeightFormat> formats = new ArrayList<>();
    for (int i = at; i < list.size() && members.size() < MOST_JOINED; i++) {
      if (!(list.get(i) instanceof Command.MatMul next) || !joins(members, next)) {
        break;
      }
      formats.add(format(next));
      if (!Products.join(formats)) {
        formats.removeLast();
        break;
      }
      members.add(next);
    }
    if (members.isEmpty()) {
      return 0;
    }
    Command behind = next(list, at + members.size());
    if (members.size() == 1) {
      return behind instanceof Command.Add add ? residual(members.getFirst(), add) : 0;
    }
    JoinedProducts joined = joined(members, formats);
    Bound bound =
        new Bound(
            window(members.get(0)),
            window(members.get(1)),
            members.size() > 2 ? window(members.get(2)) : Window.NONE,
            Window.NONE);
    members.forEach(product -> products.wrote(data(product.out())));
    if (behind instanceof Command.Gate gate && gates(gate, members)) {
      WeightFormat format = formats.getFirst();
      recorder.add(
          "gated " + gate.activation() + " " + format.name(),
          () -> Products.gated(format, gate.activation()),
          new GatedProducts(joined, word(gate.out()), gate.limit()),
          bound);
      products.wrote(data(gate.out()));
      return 3;
    }
    List<WeightFormat> all = List.copyOf(formats);
    recorder.add(
        "matmuls " + all.stream().map(WeightFormat::name).toList(),
        () -> Products.joined(all),
        joined,
        bound);
    return members.size();
  }

  /** Whether a product can be in one kernel with those, which have the same rows. */
  private boolean joins(List<Command.MatMul> members, Command.MatMul next) {
    GpuTensor x = GpuTensor.of(next.x());
    GpuTensor weight = GpuTensor.of(next.weight());
    return ProductEncoder.few(x)
        && !weight.inArena()
        && parts(weight).size() == 1
        && !data(next.out()).meets(x.data())
        && members.stream()
            .allMatch(m -> same(m.x(), next.x()) && !data(m.out()).meets(data(next.out())));
  }

  private List<WeightRows> parts(GpuTensor weight) {
    return WeightRows.of(weight, recorder.device().windowLimit());
  }

  private WeightRows only(Command.MatMul product) {
    return parts(GpuTensor.of(product.weight())).getFirst();
  }

  private Window window(Command.MatMul product) {
    return only(product).window();
  }

  private JoinedProducts joined(List<Command.MatMul> members, List<WeightFormat> formats) {
    Tensor x = members.getFirst().x();
    WeightFormat format = formats.getFirst();
    return new JoinedProducts(
        products.round(GpuTensor.of(x), format.partner()),
        x.cols(),
        x.rows(),
        products.table(format),
        members.stream()
            .map(product ->
                new JoinedProducts.Part(
                    word(product.out()),
                    0,
                    only(product).first(),
                    product.weight().rows(),
                    product.out().cols()))
            .toList());
  }

  /** Whether a gate takes what two products give, and floats are all that is wanted of it. */
  private static boolean gates(Command.Gate gate, List<Command.MatMul> members) {
    Command.MatMul first = members.get(0);
    Command.MatMul second = members.get(1);
    return members.size() == 2
        && first.weight().type() == second.weight().type()
        && format(first).partner() == Partner.FLOATS
        && same(gate.gate(), first.out())
        && same(gate.up(), second.out())
        && !data(gate.out()).meets(data(first.x()));
  }

  private int residual(Command.MatMul c, Command.Add add) {
    if (!same(add.y(), c.out())
        || data(add.x()).meets(data(c.x()))
        || data(add.x()).meets(data(c.out()))) {
      return 0;
    }
    GpuTensor x = GpuTensor.of(c.x());
    WeightFormat format = format(c);
    WeightRows part = only(c);
    recorder.add(
        "matmul add " + c.weight().type(),
        () -> Products.residual(format, Place.W0),
        new ResidualProduct(
            new Product(
                products.round(x, format.partner()),
                word(c.out()),
                0,
                part.first(),
                part.count(),
                x.cols(),
                x.rows(),
                c.out().cols(),
                products.table(format)),
            word(add.x())),
        Bound.weight(part.window()));
    products.wrote(data(c.out()));
    products.wrote(data(add.x()));
    return 2;
  }
}
