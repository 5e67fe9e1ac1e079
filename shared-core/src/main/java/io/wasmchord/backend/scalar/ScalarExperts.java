package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertAddition;
import io.wasmchord.backend.ExpertBuffers;
import io.wasmchord.backend.ExpertMatrix;
import io.wasmchord.backend.ExpertRouting;
import io.wasmchord.backend.ExpertVectors;
import io.wasmchord.backend.Routing;
import io.wasmchord.backend.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A mixture of experts as the commands that it is made of. */
final class ScalarExperts {
  private final Command.Experts c;
  private final ExpertRouting routing;
  private final Commands commands = new Commands();

  private ScalarExperts(Command.Experts c) {
    this.c = c;
    float[] logits = ScalarTensor.of(c.logits()).values();
    ExpertVectors vectors = c.vectors();
    this.routing =
        ExpertRouting.of(
            logits,
            new ExpertRouting.Router(
                c.routing(),
                c.experts().size(),
                values(vectors.selection()),
                values(vectors.scales())));
  }

  private static float[] values(@Nullable Tensor vector) {
    return vector == null ? new float[0] : ScalarTensor.of(vector).values();
  }

  /** What to execute in place of {@code c}, whose logits are there. */
  static Commands commands(Command.Experts c) {
    return new ScalarExperts(c).record();
  }

  private boolean weighsInput() {
    return c.routing().weighs() == Routing.Weighs.INPUT;
  }

  private Commands record() {
    for (int i = 0; i < routing.experts().length; i++) {
      int start = routing.starts()[i];
      expert(routing.experts()[i], start, routing.starts()[i + 1] - start);
    }
    for (int i = 0; i < routing.places().length; i++) {
      int place = routing.places()[i];
      Tensor result = c.buffers().down().rows(place, 1);
      float weight = weighsInput() ? 1f : routing.weights()[place];
      commands.addScaled(c.out().rows(i / c.used(), 1), result, weight);
    }
    return commands;
  }

  private void expert(int number, int start, int n) {
    ExpertBuffers buffers = c.buffers();
    Expert expert = c.experts().get(number);
    Tensor x = buffers.gathered().rows(start, n);
    Tensor up = buffers.up().rows(start, n);
    commands.gather(c.x(), Arrays.copyOfRange(routing.rows(), start, start + n), x);
    for (int place = start; weighsInput() && place < start + n; place++) {
      commands.scale(buffers.gathered().rows(place, 1), routing.weights()[place]);
    }
    Places at = new Places(number, start, n);
    product(x, ExpertMatrix.UP, up, c.vectors().up(), at);
    if (expert.gate() == null) {
      commands.activate(up, c.activation());
    } else {
      Tensor gate = buffers.gate().rows(start, n);
      product(x, ExpertMatrix.GATE, gate, c.vectors().gate(), at);
      commands.gate(gate, up, c.activation(), c.limit(), up);
    }
    product(up, ExpertMatrix.DOWN, buffers.down().rows(start, n), c.vectors().down(), at);
  }

  /** The rows of an expert. */
  private record Places(int expert, int start, int count) {}

  private void product(
      Tensor x, ExpertMatrix matrix, Tensor out, @Nullable Tensor biases, Places at) {
    commands.matmul(x, matrix.of(c.experts().get(at.expert)), out);
    for (ExpertAddition more : c.additions(matrix)) {
      Tensor low = more.low().rows(at.start, at.count);
      Tensor wide = more.wide().rows(at.start, at.count);
      commands.matmul(x, more.a().get(at.expert), low);
      commands.matmul(low, more.b().get(at.expert), wide);
      commands.addScaled(out, wide, more.factor());
    }
    if (biases != null) {
      commands.addBias(out, biases.rows(at.expert, 1));
    }
  }
}
