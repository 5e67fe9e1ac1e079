package io.wasmchord.model.config;

import io.wasmchord.errors.InvalidAdapterException;
import io.wasmchord.errors.UnsupportedAdapterException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.quant.format.WeightFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The header of a LoRA adapter, in the format of llama.cpp; checked by itself, not yet against a
 * model.
 *
 * @param file the header
 * @param alpha what a scale is multiplied by before it is divided by the rank; 0 where the scale is
 *     taken as it is
 * @param pairs what is added to each matrix, in the file's order
 */
public record AdapterFile(GgufFile file, float alpha, List<Pair> pairs) {
  private static final String KIND = "general.type";
  private static final String ADAPTER = "adapter";
  private static final String TYPE = "adapter.type";
  private static final String ALPHA = "adapter.lora.alpha";
  private static final String INVOCATION = "adapter.alora.invocation_tokens";
  private static final String A = ".lora_a";
  private static final String B = ".lora_b";
  private static final int MOST_RANK = 4096;

  /** Checks nothing. */
  public AdapterFile {
    pairs = List.copyOf(pairs);
  }

  /**
   * The two matrices of a weight W [out, in].
   *
   * @param base the weight's name
   * @param a [rank, in]; of the token embedding [vocabulary, rank]; of a mixture's experts so many
   *     of these, one after the other
   * @param b [out, rank]; of the token embedding [hidden, rank]; of experts likewise
   */
  public record Pair(String base, TensorInfo a, TensorInfo b) {
    /** Whether it is added to looked up rows. */
    public boolean ofEmbedding() {
      return base.equals(WeightNames.TOKEN_EMBEDDING);
    }

    public int rank() {
      return (int) b.cols();
    }

    /** How many experts it is of; 1 where the weight is one matrix. */
    public long experts() {
      return b.shape().size() < 3 ? 1 : b.shape().get(2);
    }

    /** Rows of the weight. */
    public long rows() {
      return ofEmbedding() ? a.rows() : b.rows();
    }

    /** Values in a row of the weight. */
    public long cols() {
      return ofEmbedding() ? b.rows() : a.cols();
    }
  }

  /** Whether a file says that it is an adapter, of whatever kind. */
  public static boolean is(GgufFile file) {
    return file.metadata().has(TYPE)
        || (file.metadata().has(KIND) && file.metadata().string(KIND).equals(ADAPTER));
  }

  /**
   * Reads a header.
   *
   * @throws InvalidAdapterException when it is no LoRA adapter, or its tensors are no pairs
   * @throws UnsupportedAdapterException when it is one that this version does not know
   */
  public static AdapterFile of(GgufFile file) {
    Metadata m = file.metadata();
    if (!is(file)) {
      throw invalid(
          file, "is no adapter: " + KIND + " is " + m.string(KIND, "not there") + ". " + MODEL);
    }
    String type = m.string(TYPE, "");
    if (!type.equals("lora")) {
      throw new UnsupportedAdapterException(
          file.fileName() + ": " + TYPE + " is '" + type + "'; this version applies 'lora' alone");
    }
    if (m.has(INVOCATION)) {
      throw new UnsupportedAdapterException(
          file.fileName()
              + ": "
              + INVOCATION
              + " says that the adapter begins in the middle of a prompt (aLoRA), which this version"
              + " does not do; choose a plain LoRA");
    }
    float alpha = m.float32(ALPHA, 0f);
    if (!(Math.abs(alpha) < Float.POSITIVE_INFINITY)) {
      throw invalid(file, ALPHA + " is " + alpha + ", which is no finite number");
    }
    return new AdapterFile(file, alpha, pairs(file));
  }

  private static final String MODEL = "A model is loaded by itself, and adapters after it";

  private static List<Pair> pairs(GgufFile file) {
    List<Pair> pairs = new ArrayList<>();
    Set<String> bases = new HashSet<>();
    for (TensorInfo tensor : file.tensors()) {
      if (!tensor.name().endsWith(A) && !tensor.name().endsWith(B)) {
        throw new UnsupportedAdapterException(
            file.fileName()
                + ": tensor "
                + tensor.name()
                + " is no part of a LoRA pair ("
                + A
                + ", "
                + B
                + "); it would be left out of the computation");
      }
      String base = tensor.name().substring(0, tensor.name().length() - A.length());
      if (bases.add(base)) {
        pairs.add(pair(file, base));
      }
    }
    if (pairs.isEmpty()) {
      throw invalid(file, "has no tensors");
    }
    return pairs;
  }

  private static Pair pair(GgufFile file, String base) {
    TensorInfo a = file.tensor(base + A);
    TensorInfo b = file.tensor(base + B);
    if (a == null || b == null) {
      throw invalid(file, "tensor " + base + (a == null ? A : B) + " is missing");
    }
    for (TensorInfo tensor : List.of(a, b)) {
      requireDimensions(file, base, tensor);
      if (!(tensor.type().format() instanceof WeightFormat)) {
        throw new UnsupportedAdapterException(
            file.fileName()
                + ": tensor "
                + tensor.name()
                + " is "
                + tensor.type()
                + ", which is not computed with; convert the adapter to F32, F16 or BF16");
      }
    }
    Pair pair = new Pair(base, a, b);
    if (a.shape().size() != b.shape().size()
        || (b.shape().size() > 2 && !a.shape().get(2).equals(b.shape().get(2)))) {
      throw invalid(
          file,
          base + " has lora_a " + a.shape() + " and lora_b " + b.shape() + ", of other experts");
    }
    long inner = pair.ofEmbedding() ? a.cols() : a.rows() / pair.experts();
    if (inner != b.cols() || inner < 1 || inner > MOST_RANK) {
      throw invalid(
          file,
          "the rank of "
              + base
              + " is "
              + inner
              + " in lora_a "
              + a.shape()
              + " and "
              + b.cols()
              + " in lora_b "
              + b.shape()
              + "; both must be the same, 1 to "
              + MOST_RANK);
    }
    return pair;
  }

  /** All experts' matrices are in one tensor; nothing else has three dimensions. */
  private static void requireDimensions(GgufFile file, String base, TensorInfo tensor) {
    boolean all = WeightNames.ofAllExperts(base);
    int dimensions = tensor.shape().size();
    boolean known = dimensions == 3 ? all : dimensions < 3 && !WeightNames.ofExperts(base);
    if (!known) {
      throw new UnsupportedAdapterException(
          file.fileName()
              + ": tensor "
              + tensor.name()
              + " "
              + tensor.shape()
              + (all
                  ? " is not a matrix of every expert"
                  : " is added to one expert's tensor, or to several matrices in one")
              + ", which this version does not do; choose an adapter without it");
    }
  }

  private static InvalidAdapterException invalid(GgufFile file, String what) {
    return new InvalidAdapterException(file.fileName() + ": " + what + ".");
  }

  /** The architecture of the model that it is for. */
  public String architecture() {
    return file.metadata().string("general.architecture");
  }

  /** The largest rank of its pairs. */
  public int rank() {
    return pairs.stream().mapToInt(Pair::rank).max().orElse(0);
  }

  /**
   * Checks that it was made for a model, as far as names and shapes tell.
   *
   * @throws InvalidAdapterException when the architecture, a name or a shape is another
   */
  public void check(GgufFile model) {
    String wanted = model.metadata().string("general.architecture");
    if (!architecture().equals(wanted)) {
      throw invalid(
          file,
          "the adapter is for "
              + architecture()
              + ", "
              + model.fileName()
              + " is "
              + wanted
              + "; choose the model that it was made for");
    }
    for (Pair pair : pairs) {
      TensorInfo weight = model.tensor(pair.base);
      if (weight == null) {
        throw invalid(
            file,
            "the model "
                + model.fileName()
                + " has no tensor "
                + pair.base
                + "; choose the model that the adapter was made for");
      }
      long experts = weight.shape().size() < 3 ? 1 : weight.shape().get(2);
      if (weight.rows() != pair.rows()
          || weight.cols() != pair.cols()
          || experts != pair.experts()) {
        throw invalid(
            file,
            "lora_a "
                + pair.a.shape()
                + " and lora_b "
                + pair.b.shape()
                + " do not fit "
                + pair.base
                + " "
                + weight.shape()
                + " of "
                + model.fileName()
                + "; choose the model that the adapter was made for");
      }
    }
  }
}
