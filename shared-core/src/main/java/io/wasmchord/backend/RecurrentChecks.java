package io.wasmchord.backend;

import static io.wasmchord.backend.Commands.activation;
import static io.wasmchord.backend.Commands.apart;
import static io.wasmchord.backend.Commands.inPlaceOrApart;
import static io.wasmchord.backend.Commands.require;
import static io.wasmchord.backend.Commands.same;
import static io.wasmchord.backend.Commands.sameShape;

import java.util.List;

/** The shapes of commands of recurrent layers. */
final class RecurrentChecks {
  private RecurrentChecks() {}

  static void check(Command.CausalConv c) {
    sameShape("causalConv: out", c.x(), c.out());
    activation("causalConv: weight", c.weight());
    same("causalConv: rows of weight", c.weight().rows(), 1);
    require(
        c.kernelSize() > 0 && c.weight().cols() % c.x().cols() == 0,
        "causalConv: " + c.weight().cols() + " weights of " + c.x().cols() + " columns");
    if (c.bias() != null) {
      activation("causalConv: bias", c.bias());
      same("causalConv: rows of bias", c.bias().rows(), 1);
      same("causalConv: columns of bias", c.bias().cols(), c.x().cols());
      apart("causalConv: out", c.out(), c.bias());
    }
    inPlaceOrApart("causalConv: out", c.out(), c.x());
    apart("causalConv: out", c.out(), c.weight());
    state(
        "causalConv",
        c.sequences(),
        c.x().rows(),
        c.layer(),
        new Part(c.offset(), c.stateValues()));
  }

  static void check(Command.L2Norm c) {
    columns("l2Norm: x", c.x(), c.x().tensor().rows());
    require(
        c.size() > 0 && c.x().count() % c.size() == 0,
        "l2Norm: " + c.x().count() + " columns in runs of " + c.size());
  }

  static void check(Command.CopyColumns c) {
    activation("copyColumns: x", c.x());
    activation("copyColumns: out", c.out());
    same("copyColumns: rows", c.x().rows(), c.out().rows());
    require(
        c.width() > 0 && c.width() <= c.stride() && c.out().cols() % c.width() == 0,
        "copyColumns: " + c.out().cols() + " columns, " + c.width() + " of " + c.stride());
    long runs = c.out().cols() / c.width();
    require(
        c.from() >= 0 && c.from() + (runs - 1) * c.stride() + c.width() <= c.x().cols(),
        "copyColumns: "
            + runs
            + " times "
            + c.stride()
            + " after "
            + c.from()
            + " of "
            + c.x().cols());
    apart("copyColumns: out", c.out(), c.x());
  }

  static void check(Command.DeltaNet c) {
    int rows = c.out().rows();
    columns("deltaNet: q", c.q(), rows);
    columns("deltaNet: k", c.k(), rows);
    columns("deltaNet: v", c.v(), rows);
    same("deltaNet: columns of q and k", c.q().count(), c.k().count());
    same("deltaNet: out columns", c.out().cols(), c.v().count());
    require(
        c.keyDim() > 0 && c.k().count() % c.keyDim() == 0,
        "deltaNet: " + c.k().count() + " columns of keys in heads of " + c.keyDim());
    values("deltaNet: beta", c.beta(), rows);
    values("deltaNet: decay", c.decay(), rows);
    require(
        c.v().count() % c.heads() == 0 && c.heads() % c.keyHeads() == 0,
        "deltaNet: "
            + c.heads()
            + " heads of "
            + c.v().count()
            + " values and "
            + c.keyHeads()
            + " keys");
    require(
        c.decay().cols() == c.heads() || c.decay().cols() == c.heads() * c.keyDim(),
        "deltaNet: " + c.decay().cols() + " decays of " + c.heads() + " heads");
    activation("deltaNet: out", c.out());
    apart(
        "deltaNet: out",
        c.out(),
        c.q().tensor(),
        c.k().tensor(),
        c.v().tensor(),
        c.decay(),
        c.beta());
    state("deltaNet", c.sequences(), rows, c.layer(), new Part(c.offset(), c.stateValues()));
  }

  static void check(Command.SsmScan c) {
    int rows = c.out().rows();
    columns("ssmScan: x", c.x(), rows);
    columns("ssmScan: b", c.b(), rows);
    columns("ssmScan: c", c.c(), rows);
    values("ssmScan: dt", c.dt(), rows);
    same("ssmScan: columns of b and c", c.b().count(), c.c().count());
    same("ssmScan: out columns", c.out().cols(), c.channels());
    require(
        c.size() > 0 && c.b().count() % c.size() == 0,
        "ssmScan: " + c.b().count() + " columns of b in groups of " + c.size());
    require(
        c.channels() % c.heads() == 0 && c.heads() % c.groups() == 0,
        "ssmScan: "
            + c.channels()
            + " channels in "
            + c.heads()
            + " heads and "
            + c.groups()
            + " groups");
    require(!c.byChannel() || c.groups() == 1, "ssmScan: " + c.groups() + " groups of channels");
    activation("ssmScan: a", c.a());
    same("ssmScan: rows of a", c.a().rows(), c.heads());
    same("ssmScan: columns of a", c.a().cols(), c.byChannel() ? c.size() : 1);
    values("ssmScan: d", c.d(), 1);
    same("ssmScan: columns of d", c.d().cols(), c.heads());
    activation("ssmScan: out", c.out());
    apart(
        "ssmScan: out",
        c.out(),
        c.x().tensor(),
        c.dt(),
        c.a(),
        c.b().tensor(),
        c.c().tensor(),
        c.d());
    state("ssmScan", c.sequences(), rows, c.layer(), new Part(c.offset(), c.stateValues()));
  }

  static void check(Command.TokenShift c) {
    sameShape("tokenShift: out", c.x(), c.out());
    apart("tokenShift: out", c.out(), c.x());
    state("tokenShift", c.sequences(), c.x().rows(), c.layer(), new Part(c.offset(), c.x().cols()));
  }

  static void check(Command.Wkv c) {
    heads("wkv: heads", c.out(), c.headDim());
    for (Tensor t : new Tensor[] {c.r(), c.w(), c.k(), c.v()}) {
      sameShape("wkv: operands", t, c.out());
      apart("wkv: out", c.out(), t);
    }
    require((c.a() == null) == (c.b() == null), "wkv: one of a and b alone");
    if (c.a() != null && c.b() != null) {
      sameShape("wkv: a", c.a(), c.out());
      sameShape("wkv: b", c.b(), c.out());
      apart("wkv: out", c.out(), c.a(), c.b());
    }
    state("wkv", c.sequences(), c.out().rows(), c.layer(), new Part(c.offset(), c.stateValues()));
  }

  static void check(Command.AddBonus c) {
    heads("addBonus: heads", c.x(), c.headDim());
    for (Tensor t : new Tensor[] {c.r(), c.k(), c.v()}) {
      sameShape("addBonus: operands", t, c.x());
      apart("addBonus: x", c.x(), t);
    }
    values("addBonus: factors", c.factors(), 1);
    same("addBonus: columns of factors", c.factors().cols(), c.x().cols());
    apart("addBonus: x", c.x(), c.factors());
  }

  private static void heads(String what, Tensor tensor, int headDim) {
    require(
        headDim > 0 && tensor.cols() % headDim == 0,
        what + ": " + tensor.cols() + " columns in heads of " + headDim);
  }

  private static void values(String what, Tensor tensor, int rows) {
    activation(what, tensor);
    same(what + ": rows", tensor.rows(), rows);
  }

  private static void columns(String what, Columns columns, int rows) {
    values(what, columns.tensor(), rows);
    require(
        columns.from() >= 0
            && columns.count() > 0
            && (long) columns.from() + columns.count() <= columns.tensor().cols(),
        what
            + ": "
            + columns.count()
            + " columns from "
            + columns.from()
            + " of "
            + columns.tensor().cols());
  }

  /** Values of a state. */
  private record Part(int offset, int values) {}

  private static void state(
      String what, List<SequenceRows> sequences, int rows, int layer, Part part) {
    Commands.sequences(what, sequences, layer, rows);
    for (SequenceRows sequence : sequences) {
      long values = sequence.cache().state(layer).cols();
      require(
          part.offset >= 0 && (long) part.offset + part.values <= values,
          what + ": " + part.values + " values from " + part.offset + " of a state of " + values);
    }
  }
}
