package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertBuffers;
import io.wasmchord.backend.ExpertRouting;
import io.wasmchord.backend.Tensor;
import java.util.Arrays;

/** A mixture of experts as the commands that it is made of. */
final class ScalarExperts {
  private final Command.Experts c;
  private final ExpertRouting routing;
  private final Commands commands = new Commands();

  private ScalarExperts(Command.Experts c) {
    this.c = c;
    float[] logits = ScalarTensor.of(c.logits()).values();
    this.routing = ExpertRouting.of(logits, c.experts().size(), c.used(), c.normalized());
  }

  /** What to execute in place of {@code c}, whose logits are there. */
  static Commands commands(Command.Experts c) {
    return new ScalarExperts(c).record();
  }

  private Commands record() {
    for (int i = 0; i < routing.experts().length; i++) {
      int start = routing.starts()[i];
      expert(c.experts().get(routing.experts()[i]), start, routing.starts()[i + 1] - start);
    }
    for (int i = 0; i < routing.places().length; i++) {
      int place = routing.places()[i];
      Tensor result = c.buffers().down().rows(place, 1);
      commands.addScaled(c.out().rows(i / c.used(), 1), result, routing.weights()[place]);
    }
    return commands;
  }

  private void expert(Expert expert, int start, int n) {
    ExpertBuffers buffers = c.buffers();
    Tensor x = buffers.gathered().rows(start, n);
    Tensor gate = buffers.gate().rows(start, n);
    Tensor up = buffers.up().rows(start, n);
    commands.gather(c.x(), Arrays.copyOfRange(routing.rows(), start, start + n), x);
    commands.matmul(x, expert.gate(), gate);
    commands.matmul(x, expert.up(), up);
    commands.gate(gate, up, c.activation(), gate);
    commands.matmul(gate, expert.down(), buffers.down().rows(start, n));
  }
}
