package io.wasmchord.backend;

import static io.wasmchord.backend.Commands.activation;
import static io.wasmchord.backend.Commands.apart;
import static io.wasmchord.backend.Commands.require;
import static io.wasmchord.backend.Commands.same;

/** The shapes of commands that do the same for every head. */
final class HeadChecks {
  private HeadChecks() {}

  static void check(Command.HeadMatMul c) {
    activation("headMatmul: x", c.x());
    activation("headMatmul: out", c.out());
    require(
        c.heads() > 0 && c.x().rows() % c.heads() == 0,
        "headMatmul: " + c.x().rows() + " rows of " + c.heads() + " heads");
    same("headMatmul: rows", c.x().rows(), c.out().rows());
    Tensor first = c.weights().getFirst();
    for (Tensor weight : c.weights()) {
      require(
          weight.type() == first.type(),
          "headMatmul: weights of " + first.type() + " and of " + weight.type());
      same("headMatmul: inner size", c.x().cols(), weight.cols());
      same("headMatmul: out columns", weight.rows(), c.out().cols());
      apart("headMatmul: out", c.out(), weight);
    }
    apart("headMatmul: out", c.out(), c.x());
  }
}
