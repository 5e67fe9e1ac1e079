package io.wasmchord.backend;

import static io.wasmchord.backend.Commands.activation;
import static io.wasmchord.backend.Commands.apart;
import static io.wasmchord.backend.Commands.require;
import static io.wasmchord.backend.Commands.same;
import static io.wasmchord.backend.Commands.sameShape;

/** The shapes of commands of models with several residual streams. */
final class StreamChecks {
  private StreamChecks() {}

  static void check(Command.AddMixed c) {
    Tensor out = c.out().tensor();
    activation("addMixed: x", c.x());
    activation("addMixed: factors", c.factors());
    activation("addMixed: out", out);
    same("addMixed: rows", c.x().rows(), out.rows());
    require(
        c.width() > 0
            && c.x().cols() % c.width() == 0
            && c.out().count() % c.width() == 0
            && c.out().count() > 0,
        "addMixed: "
            + c.x().cols()
            + " and "
            + c.out().count()
            + " columns in runs of "
            + c.width());
    require(
        c.out().from() >= 0 && (long) c.out().from() + c.out().count() <= out.cols(),
        "addMixed: " + c.out().count() + " columns from " + c.out().from() + " of " + out.cols());
    same("addMixed: columns of factors", c.factors().cols(), (long) c.runs() * c.outRuns());
    require(
        c.constant() || c.factors().rows() == c.x().rows(),
        "addMixed: " + c.factors().rows() + " rows of factors of " + c.x().rows());
    apart("addMixed: out", out, c.x(), c.factors());
  }

  static void check(Command.MatchLength c) {
    sameShape("matchLength", c.x(), c.like());
    require(c.eps() >= 0, "matchLength: a mean square of " + c.eps());
    apart("matchLength: x", c.x(), c.like());
  }

  static void check(Command.Sparsify c) {
    activation("sparsify: x", c.x());
    require(c.x().cols() > 1, "sparsify: " + c.x().cols() + " columns");
    require(Float.isFinite(c.deviations()), "sparsify: " + c.deviations() + " deviations");
  }
}
