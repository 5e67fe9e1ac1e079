package io.wasmchord.conformance;

import io.wasmchord.backend.Columns;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import java.util.ArrayList;
import java.util.List;

/** Commands of models with several residual streams. */
final class StreamCases {
  private static final int[] WIDTHS = {2, 3, 16, 63, 130, 515, 2048};

  private final List<ConformanceCase> cases = new ArrayList<>();

  private StreamCases() {
    for (int n : new int[] {1, 3, 17}) {
      mixed(n, 1, 1, 1, false);
      mixed(n, 4, 4, 32, false);
      mixed(n, 1, 3, 7, true);
      mixed(n, 1, 4, 66, false);
      mixed(n, 5, 2, 13, false);
      mixed(n, 4, 4, 515, true);
    }
    for (int width : WIDTHS) {
      for (Fill fill : Fill.values()) {
        matched(width, fill);
        sparse(width, 1.6448534f, fill);
        sparse(width, -0.25f, fill);
        sparse(width, 0f, fill);
      }
    }
  }

  static List<ConformanceCase> all() {
    return new StreamCases().cases;
  }

  /** How large the values are that go in. */
  private enum Fill {
    AWKWARD,
    ZEROS,
    EXTREMES;

    float[] values(Inputs in, int n) {
      return switch (this) {
        case AWKWARD -> in.awkward(n);
        case ZEROS -> new float[n];
        case EXTREMES -> in.stored(n, true);
      };
    }
  }

  private void mixed(int n, int runs, int outRuns, int width, boolean constant) {
    String name =
        "addMixed of "
            + n
            + " rows, "
            + runs
            + " to "
            + outRuns
            + " of "
            + width
            + (constant ? ", constant" : "");
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              Inputs in = new Inputs(name);
              int before = 3;
              int cols = before + outRuns * width + 2;
              Guarded out = rig.guarded(n, cols).with(in.awkward(n * cols));
              Tensor x = rig.activation(n, runs * width, in.awkward(n * runs * width));
              int rows = constant ? 1 : n;
              int count = runs * outRuns;
              Tensor factors = rig.activation(rows, count, in.floats(rows * count, 2f));
              Columns columns = new Columns(out.inner(), before, outRuns * width);
              return out.after(
                  rig.backend()
                      .record()
                      .addMixed(new Command.AddMixed(x, factors, width, columns)));
            }));
  }

  private void matched(int width, Fill fill) {
    String name = "matchLength [3, " + width + "], " + fill;
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              Inputs in = new Inputs(name);
              Guarded x = rig.guarded(3, width).with(fill.values(in, 3 * width));
              Tensor like = rig.activation(3, width, in.awkward(3 * width));
              return x.after(rig.backend().record().matchLength(x.inner(), like, 1e-5f));
            }));
  }

  private void sparse(int width, float deviations, Fill fill) {
    String name = "sparsify [3, " + width + "] by " + deviations + ", " + fill;
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              Inputs in = new Inputs(name);
              Guarded x = rig.guarded(3, width).with(fill.values(in, 3 * width));
              return x.after(rig.backend().record().sparsify(x.inner(), deviations));
            }));
  }
}
