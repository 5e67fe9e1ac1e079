package io.wasmchord.model.transformer;

import io.wasmchord.backend.Additions;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertAddition;
import io.wasmchord.backend.ExpertMatrix;
import io.wasmchord.backend.Tensor;
import io.wasmchord.errors.UnsupportedAdapterException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.config.AdapterFile;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.TensorParts;
import io.wasmchord.model.tensors.TensorParts.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Which weights of a model adapters can be added to, found by recording what the model does over
 * shapes alone: those whose products it records as ones of its weights, and the token embedding.
 */
final class AdapterTargets {
  private static final int RANK_BLOCK = 4; // values of a row that kernels take together

  /** Nothing. */
  static final AdapterTargets NONE = new AdapterTargets(Map.of());

  private final Map<String, List<Target>> byName;

  /**
   * A weight.
   *
   * @param part which rows of a tensor it is; of several experts, those of the first
   * @param section where it is computed with
   * @param rows most rows of a batch
   * @param experts how many matrices of this form the tensor has
   */
  record Target(Part part, int section, int rows, int experts) {
    /** An expert's part; one has as many rows as the next. */
    Part part(int expert, int rowsEach) {
      return new Part(part.name(), part.from() + expert * rowsEach, part.rows());
    }
  }

  /**
   * What an adapter adds to a weight.
   *
   * @param rank rounded up, with zeros
   * @param cols of the sum
   */
  record Use(AdapterFile.Pair pair, Target target, int rank, int cols) {
    /** Rows of A. */
    int aRows() {
      return pair.ofEmbedding() ? (int) pair.a().rows() : rank;
    }

    /** The parts that are computed with, of each expert one. */
    Part part(int expert) {
      return target.part(expert, (int) pair.rows() / target.experts);
    }

    /** Values in a row of A. */
    int aCols() {
      return pair.ofEmbedding() ? rank : (int) pair.a().cols();
    }
  }

  private AdapterTargets(Map<String, List<Target>> byName) {
    this.byName = byName;
  }

  /** Notes the uses of weights while they are recorded. */
  static final class Collector implements Recordings {
    private final TensorParts parts;
    private final Map<Part, Seen> seen = new LinkedHashMap<>();

    private record Seen(Section section, int rows, int experts) {}

    Collector(TensorParts parts) {
      this.parts = parts;
    }

    @Override
    public Commands begin(Section section, List<AdapterScale> adapters) {
      return new Commands(
          new Additions() {
            @Override
            public void toProduct(Commands c, Tensor x, Tensor weight, Tensor out) {
              Part part = parts.of(weight);
              if (part != null && !part.name().equals(WeightNames.TOKEN_EMBEDDING)) {
                note(part, section, out.rows(), 1);
              }
            }

            @Override
            public List<ExpertAddition> toExperts(Command.Experts mixture) {
              Expert first = mixture.experts().getFirst();
              for (ExpertMatrix matrix : ExpertMatrix.all(first)) {
                Part part = parts.of(matrix.of(first));
                if (part != null && WeightNames.ofAllExperts(part.name())) {
                  int rows = mixture.x().rows() * mixture.used();
                  note(part, section, rows, mixture.experts().size());
                }
              }
              return List.of();
            }

            @Override
            public void toEmbedding(Commands c, int[] tokens, Tensor out) {
              note(new Part(WeightNames.TOKEN_EMBEDDING, 0, 0), section, out.rows(), 1);
            }
          });
    }

    private void note(Part part, Section section, int rows, int experts) {
      seen.merge(
          part,
          new Seen(section, rows, experts),
          (a, b) -> new Seen(section, Math.max(a.rows, rows), experts));
    }

    /**
     * @param sections all that were recorded for
     */
    AdapterTargets targets(List<Section> sections) {
      Map<String, List<Target>> byName = new LinkedHashMap<>();
      seen.forEach((part, s) -> {
        int section = sections.indexOf(s.section);
        byName
            .computeIfAbsent(part.name(), name -> new ArrayList<>())
            .add(new Target(part, section, s.rows, s.experts));
      });
      return new AdapterTargets(byName);
    }
  }

  /**
   * What an adapter adds to which weights.
   *
   * @throws io.wasmchord.errors.InvalidAdapterException when it was not made for the model
   * @throws UnsupportedAdapterException when some of it would have no effect
   */
  List<Use> uses(AdapterFile adapter, GgufFile model) {
    adapter.check(model);
    List<Use> uses = new ArrayList<>();
    for (AdapterFile.Pair pair : adapter.pairs()) {
      List<Target> targets = byName.getOrDefault(pair.base(), List.of());
      TensorInfo weight = Objects.requireNonNull(model.tensor(pair.base()));
      int rows = targets.stream().mapToInt(t -> t.part.rows() * t.experts).sum();
      if (targets.isEmpty() || (!pair.ofEmbedding() && rows != weight.rows())) {
        throw new UnsupportedAdapterException(
            adapter.file().fileName()
                + ": this version computes nothing with "
                + pair.base()
                + " that an adapter could be added to; it would be left out of the computation."
                + " Choose an adapter without it.");
      }
      int rank = (pair.rank() + RANK_BLOCK - 1) / RANK_BLOCK * RANK_BLOCK;
      for (Target t : targets) {
        int cols = pair.ofEmbedding() ? (int) pair.cols() : t.part.rows();
        uses.add(new Use(pair, t, rank, cols));
      }
    }
    return uses;
  }

  /** Bytes of matrices. Weights that are rows of one tensor have the same A. */
  static long bytes(List<Use> uses) {
    long bytes = 0;
    String last = "";
    for (Use use : uses) {
      long a = use.pair.base().equals(last) ? 0 : 4L * use.aRows() * use.aCols();
      bytes += (a + 4L * use.cols * use.rank) * use.target.experts;
      last = use.pair.base();
    }
    return bytes;
  }

  /** Rows of scratch in a section, by how wide they are: of A's products, and of B's. */
  record Widths(TreeMap<Integer, Integer> low, TreeMap<Integer, Integer> wide) {
    /** Of what these adapters need there. */
    static Widths of(List<Use> uses, int section) {
      Widths widths = new Widths(new TreeMap<>(), new TreeMap<>());
      for (Use use : uses) {
        if (use.target.section == section) {
          widths.low.merge(use.rank, use.target.rows, Math::max);
          widths.wide.merge(use.cols, use.target.rows, Math::max);
        }
      }
      return widths;
    }

    long bytes() {
      return bytes(low) + bytes(wide);
    }

    private static long bytes(Map<Integer, Integer> rows) {
      return rows.entrySet().stream().mapToLong(e -> 4L * e.getKey() * e.getValue()).sum();
    }
  }
}
