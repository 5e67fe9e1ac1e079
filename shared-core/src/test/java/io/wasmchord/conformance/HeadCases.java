package io.wasmchord.conformance;

import io.wasmchord.backend.HeadValues;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import java.util.ArrayList;
import java.util.List;

/** Runs of values of heads, copied between rows of tokens and rows of heads. */
final class HeadCases {
  private final List<ConformanceCase> cases = new ArrayList<>();

  private HeadCases() {
    for (int n : new int[] {1, 3, 7}) {
      copy(n, 4, 6, 2, 3, "tokens", "tokens");
      copy(n, 3, 5, 1, 4, "tokens", "heads");
      copy(n, 3, 5, 0, 5, "heads", "tokens");
      copy(n, 16, 192, 128, 64, "tokens", "tokens");
      copy(n, 5, 8, 3, 1, "one", "tokens");
      copy(n, 2, 8, 0, 8, "one", "heads");
      copy(n, 1, 70, 6, 64, "tokens", "tokens");
    }
  }

  static List<ConformanceCase> all() {
    return new HeadCases().cases;
  }

  /** From {@code dim} values a head, of which {@code count} from {@code offset} on are taken. */
  private void copy(int n, int heads, int dim, int offset, int count, String from, String to) {
    String name =
        "copyHeads "
            + count
            + " from "
            + offset
            + " of ["
            + n
            + ", "
            + heads
            + " * "
            + dim
            + "], "
            + from
            + " to "
            + to;
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              Inputs in = new Inputs(name);
              boolean out = to.equals("heads");
              int outRows = out ? heads * n : n;
              int outCols = out ? count : heads * (count + 2);
              Guarded guarded =
                  rig.guarded(outRows, outCols).with(in.floats(outRows * outCols, 1f));
              HeadValues target =
                  out
                      ? HeadValues.ofHeads(guarded.inner())
                      : HeadValues.ofTokens(guarded.inner(), count + 2, 1);
              int rows = from.equals("heads") ? heads * n : n;
              int cols = from.equals("tokens") ? heads * dim : dim;
              Tensor x = rig.activation(rows, cols, in.floats(rows * cols, 3f));
              HeadValues source =
                  from.equals("heads")
                      ? HeadValues.ofHeads(x)
                      : HeadValues.ofTokens(x, from.equals("one") ? 0 : dim, offset);
              return guarded.after(rig.backend().record().copyHeads(source, target, heads, count));
            }));
  }
}
