package io.wasmchord.web.gpu;

import io.wasmchord.backend.Command;
import io.wasmchord.quant.format.Partner;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.wgsl.formats.GridTable;
import io.wasmchord.web.wgsl.formats.Place;
import io.wasmchord.web.wgsl.products.Activations;
import io.wasmchord.web.wgsl.products.Embedding;
import io.wasmchord.web.wgsl.products.Product;
import io.wasmchord.web.wgsl.products.Products;
import io.wasmchord.web.wgsl.text.GpuKernel;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Products by weights, rounded activations for them, and rows that are looked up. */
final class ProductEncoder {
  private static final int TILES = 8; // rows from which on tiles are faster than rows one by one

  private final Recorder recorder;
  private final Map<Partner, Rounded> rounded = new EnumMap<>(Partner.class);
  private final Map<GridTable, GpuMemory> tables = new EnumMap<>(GridTable.class);

  /**
   * Room for rounded rows, and what lies there now.
   *
   * @param source null when nothing of use
   */
  private record Rounded(GpuMemory room, @Nullable GpuMemory source, int cols) {}

  ProductEncoder(Recorder recorder) {
    this.recorder = recorder;
  }

  /** Whether so few rows are multiplied one by one. */
  static boolean few(GpuTensor x) {
    return x.rows() < TILES;
  }

  void matmul(Command.MatMul c) {
    GpuTensor x = GpuTensor.of(c.x());
    GpuTensor weight = GpuTensor.of(c.weight());
    GpuTensor out = GpuTensor.of(c.out());
    WeightFormat format = WeightFormat.of(weight.type().format());
    int from = round(x, format.partner());
    int table = table(format);
    boolean tiles = !few(x);
    if (weight.inArena()) {
      Product product =
          new Product(
              from,
              out.data().word(),
              weight.data().word(),
              0,
              weight.rows(),
              x.cols(),
              x.rows(),
              out.cols(),
              table);
      recorder.add(
          tiles ? "matmul tiles arena" : "matmul arena",
          () -> kernel(format, Place.ARENA, tiles),
          product);
    } else {
      for (WeightRows part : WeightRows.of(weight, recorder.device().windowLimit())) {
        Product product =
            new Product(
                from,
                out.data().word() + part.from(),
                0,
                part.first(),
                part.count(),
                x.cols(),
                x.rows(),
                out.cols(),
                table);
        recorder.add(
            (tiles ? "matmul tiles " : "matmul ") + weight.type(),
            () -> kernel(format, Place.W0, tiles),
            product,
            DispatchList.Bound.weight(part.window()));
      }
    }
    wrote(out.data());
  }

  private static GpuKernel<Product> kernel(WeightFormat format, Place place, boolean tiles) {
    return tiles ? Products.prefill(format, place) : Products.decode(format, place);
  }

  /** Where rows lie in the form that a format takes; they are rounded unless they were before. */
  int round(GpuTensor x, Partner partner) {
    if (partner == Partner.FLOATS) {
      return x.data().word();
    }
    Rounded known = rounded.get(partner);
    if (known != null
        && known.source != null
        && known.source.is(x.data())
        && known.cols == x.cols()) {
      return known.room.word();
    }
    int room = roundedBy(x, partner);
    recorder.add(
        "quantize " + partner,
        () -> Activations.quantize(partner),
        new Activations.Arguments(x.data().word(), room, x.cols(), x.rows()));
    return room;
  }

  /** Where another kernel puts the same rows in the form that a format takes. */
  int roundedBy(GpuTensor x, Partner partner) {
    Rounded known = rounded.get(partner);
    long words = (long) x.rows() * Activations.words(partner, x.cols());
    GpuMemory room = known == null ? null : known.room;
    if (room == null || room.size() < 4 * words) {
      if (room != null) {
        recorder.retire(room); // dispatches of this list may still read it
      }
      room = recorder.allocate(words);
    }
    rounded.put(partner, new Rounded(room, x.data(), x.cols()));
    return room.word();
  }

  /** Forgets rounded rows whose floats are overwritten. */
  void wrote(GpuMemory region) {
    rounded.replaceAll((partner, r) ->
        r.source != null && r.source.meets(region) ? new Rounded(r.room, null, 0) : r);
  }

  /** Forgets all of them: floats may have changed between two lists. */
  void begin() {
    rounded.replaceAll((partner, r) -> new Rounded(r.room, null, 0));
  }

  /** Where a format's grid lies in the arena, or 0. */
  int table(WeightFormat format) {
    GridTable table = Products.table(format);
    if (table == GridTable.NONE) {
      return 0;
    }
    GpuMemory known = tables.get(table);
    if (known == null) {
      int[] words = table.words();
      known = recorder.allocate(words.length);
      recorder.write(known, words);
      tables.put(table, known);
    }
    return known.word();
  }

  /** Writes grids once more, to another device. */
  void recover() {
    tables.forEach((table, place) -> recorder.write(place, table.words()));
  }

  void embed(Command.Embed c) {
    GpuTensor weight = GpuTensor.of(c.weight());
    GpuTensor out = GpuTensor.of(c.out());
    WeightFormat format = WeightFormat.of(weight.type().format());
    int ids = recorder.words(c.tokens()).word();
    if (weight.inArena()) {
      Embedding.Arguments rows =
          new Embedding.Arguments(
              ids, out.data().word(), weight.data().word(), 0, out.rows(), out.cols(), 0);
      recorder.add("embed arena", () -> Embedding.embed(format, Place.ARENA), rows);
    } else {
      embed(weight, format, c.tokens(), ids, out);
    }
    wrote(out.data());
  }

  /** Neighbours whose rows one window holds are looked up together. */
  private void embed(GpuTensor weight, WeightFormat format, int[] tokens, int ids, GpuTensor out) {
    int table = table(format);
    for (int at = 0; at < tokens.length; ) {
      WeightRows part = WeightRows.with(weight, tokens[at], recorder.device().windowLimit());
      int end = at + 1;
      while (end < tokens.length && part.holds(tokens[end])) {
        end++;
      }
      recorder.add(
          "embed " + weight.type(),
          () -> Embedding.embed(format, Place.W0),
          new Embedding.Arguments(
              ids + at,
              out.data().word() + at * out.cols(),
              0,
              part.first() - part.from(), // of row 0, which may lie before the window
              end - at,
              out.cols(),
              table),
          DispatchList.Bound.weight(part.window()));
      at = end;
    }
  }
}
