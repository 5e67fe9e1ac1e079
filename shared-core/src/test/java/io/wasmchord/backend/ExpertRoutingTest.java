package io.wasmchord.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.Routing.Gating;
import io.wasmchord.backend.Routing.Groups;
import io.wasmchord.backend.Routing.Weighs;
import io.wasmchord.model.tensors.Shape;
import io.wasmchord.quant.TensorType;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which experts are chosen where numbers are at their edges, and what mixtures are refused. */
class ExpertRoutingTest {
  private static final float[] NONE = new float[0];

  private static Routing routing(int used, Gating gating, Groups groups) {
    return new Routing(used, gating, groups, true, 1f, Weighs.RESULT);
  }

  private static ExpertRouting of(Routing routing, float[] selection, float... logits) {
    return ExpertRouting.of(
        logits, new ExpertRouting.Router(routing, logits.length, selection, NONE));
  }

  @Test
  void whatIsNotANumberIsChosenLast() {
    float nan = Float.NaN;
    Routing two = routing(2, Gating.SIGMOID, Groups.ONE);
    assertArrayEquals(new int[] {1, 3}, of(two, NONE, nan, -9f, nan, -5f).experts());
    assertTrue(IntStream.of(of(two, NONE, nan, -9f, nan, nan).experts()).anyMatch(e -> e == 1));
    Routing grouped = routing(2, Gating.SIGMOID, new Groups(2, 1));
    assertArrayEquals(new int[] {2, 3}, of(grouped, NONE, nan, 9f, -1f, -2f).experts());
  }

  @Test
  void aSelectionBiasChoosesAndDoesNotWeigh() {
    Routing one = routing(1, Gating.SIGMOID, Groups.ONE);
    ExpertRouting chosen = of(one, new float[] {0f, 0f, 2f}, 1f, 3f, -4f);
    assertArrayEquals(new int[] {2}, chosen.experts());
    assertEquals(1f, chosen.weights()[0]); // over itself
  }

  @Test
  void weightsAreDividedByNoLessThanAHalfFloatCanBe() {
    Routing one = routing(1, Gating.SIGMOID, Groups.ONE);
    float weight = of(one, NONE, -20f, -30f).weights()[0];
    assertTrue(weight > 3e-5f && weight < 4e-5f, weight + ""); // sigmoid(-20) / 2^-14
  }

  @Test
  void aPlaceKnowsItsExpert() {
    Routing two = routing(2, Gating.SOFTMAX, Groups.ONE);
    float[] logits = {1f, 2f, 3f, 3f, 2f, 1f};
    ExpertRouting r = ExpertRouting.of(logits, new ExpertRouting.Router(two, 3, NONE, NONE));
    assertEquals(List.of(0, 1, 1, 2), List.of(r.expert(0), r.expert(1), r.expert(2), r.expert(3)));
  }

  private static Tensor tensor(int rows, int cols) {
    return new Shape(TensorType.F32, rows, cols);
  }

  private static Commands mixture(
      Routing routing, ExpertVectors vectors, boolean gated, Activation activation, float limit) {
    int n = 2;
    Expert expert = new Expert(gated ? tensor(4, 8) : null, tensor(4, 8), tensor(8, 4));
    ExpertBuffers buffers =
        new ExpertBuffers(
            tensor(n * routing.used(), 8),
            tensor(n * routing.used(), 4),
            tensor(n * routing.used(), 4),
            tensor(n * routing.used(), 8));
    return new Commands()
        .experts(
            new Command.Experts(
                tensor(n, 8),
                tensor(n, 8),
                Collections.nCopies(8, expert),
                vectors,
                routing,
                activation,
                limit,
                buffers,
                tensor(n, 8)));
  }

  private static void refused(
      Routing routing, ExpertVectors vectors, boolean gated, Activation activation, float limit) {
    assertThrows(
        IllegalArgumentException.class, () -> mixture(routing, vectors, gated, activation, limit));
  }

  @Test
  void mixturesThatDoNotFitAreRefused() {
    Routing fits = routing(2, Gating.SIGMOID, new Groups(4, 2));
    ExpertVectors none = ExpertVectors.NONE;
    mixture(fits, none, true, Activation.SILU, 0f);
    mixture(fits, none, true, Activation.SWIGLU_OAI, 7f);
    mixture(fits, none, false, Activation.RELU_SQUARED, 0f);
    for (Groups groups :
        List.of(new Groups(3, 1), new Groups(8, 4), new Groups(4, 5), new Groups(0, 0))) {
      refused(routing(2, Gating.SIGMOID, groups), none, true, Activation.SILU, 0f);
    }
    refused(routing(3, Gating.SIGMOID, new Groups(4, 1)), none, true, Activation.SILU, 0f);
    refused(routing(9, Gating.SIGMOID, Groups.ONE), none, true, Activation.SILU, 0f);
    refused(fits, none, true, Activation.SILU, 7f);
    refused(fits, none, true, Activation.SWIGLU_OAI, 0f);
    refused(fits, none, false, Activation.SWIGLU_OAI, 7f);
    Tensor wide = tensor(8, 4);
    refused(fits, new ExpertVectors(wide, null, null, null, null), true, Activation.SILU, 0f);
    refused(fits, new ExpertVectors(null, null, wide, null, null), false, Activation.SILU, 0f);
    refused(fits, new ExpertVectors(null, null, null, null, wide), true, Activation.SILU, 0f);
    mixture(fits, new ExpertVectors(null, null, wide, wide, null), true, Activation.SILU, 0f);
  }

  @Test
  void runsOfHeadsThatDoNotFitAreRefused() {
    Tensor x = tensor(3, 12);
    HeadValues from = HeadValues.ofTokens(x, 4, 1);
    new Commands().copyHeads(from, HeadValues.ofHeads(tensor(9, 3)), 3, 3);
    for (HeadValues to :
        List.of(
            HeadValues.ofHeads(tensor(8, 3)),
            HeadValues.ofHeads(tensor(9, 2)),
            HeadValues.ofTokens(tensor(3, 9), 2, 0),
            HeadValues.ofTokens(tensor(3, 8), 3, 0),
            HeadValues.ofTokens(tensor(2, 9), 3, 0),
            HeadValues.ofTokens(x, 3, 0))) {
      assertThrows(IllegalArgumentException.class, () -> new Commands().copyHeads(from, to, 3, 3));
    }
  }
}
