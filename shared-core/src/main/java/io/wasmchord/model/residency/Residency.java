package io.wasmchord.model.residency;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architectures;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.ModelConfigs;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.LayerInput;
import io.wasmchord.model.tensors.LayerWeights;
import io.wasmchord.model.tensors.OutsideWeights;
import io.wasmchord.model.tensors.RelativeBiases;
import io.wasmchord.model.tensors.RopeTables;
import io.wasmchord.model.tensors.WeightBinder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where each tensor of a model's file belongs, and what that takes. Known from the header alone:
 * the code that binds weights is run without bytes, and what it asks for tells the place. Hosts
 * decide from it how much fits, and at which addresses.
 */
public final class Residency {
  private static final int NAMED = 8; // tensors, in a message

  private final GgufFile file;
  private final ModelConfig config;
  private final Map<String, Place> places;
  private final LayerMap layers;

  private Residency(GgufFile file, ModelConfig config, Map<String, Place> places) {
    this.file = file;
    this.config = config;
    this.places = places;
    List<List<TensorInfo>> tensors = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      tensors.add(new ArrayList<>());
    }
    for (TensorInfo tensor : file.tensors()) {
      if (place(tensor) instanceof Place.Layer layer) {
        tensors.get(layer.number()).add(tensor);
      }
    }
    this.layers = LayerMap.of(file.dataOffset(), tensors);
  }

  /**
   * Checks that a file can be run, the architecture, its hyper-parameters, and that all tensors are
   * there in their shapes, and finds the place of each.
   *
   * @throws io.wasmchord.errors.UnsupportedModelException when this version does not know the
   *     architecture or a feature of it
   * @throws InvalidModelException when the metadata do not fit together, or a tensor is missing,
   *     misshapen or has no use
   */
  public static Residency of(GgufFile file) {
    Architecture architecture = Architectures.of(file);
    ModelConfig config = ModelConfigs.read(file, architecture);
    Map<String, Place> places = places(file, architecture, config);
    requireUse(file, places);
    return new Residency(file, config, places);
  }

  private static Map<String, Place> places(GgufFile file, Architecture a, ModelConfig c) {
    Map<String, Place> places = new HashMap<>();
    WeightBinder outside = WeightBinder.checking(file);
    OutsideWeights.embedding(outside, c);
    LayerInput.embedding(outside, c);
    OutsideWeights.bind(outside, a, c);
    outside.asked().forEach(name -> places.put(name, new Place.Outside()));
    for (int layer = 0; layer < c.layers(); layer++) {
      WeightBinder binder = WeightBinder.checking(file);
      LayerWeights.bind(binder, a, c, layer);
      Place place = new Place.Layer(layer);
      binder.asked().forEach(name -> places.put(name, place));
    }
    WeightBinder factors = WeightBinder.checking(file);
    RopeTables.check(factors, c);
    RelativeBiases.check(factors, c);
    factors.asked().forEach(name -> places.put(name, new Place.Outside()));
    List<TensorInfo> lookedUp = OutsideWeights.allLookedUp(file);
    if (!OutsideWeights.tied(file) && a.has(Architecture.Trait.UNUSED_OUTPUT)) {
      places.put(WeightNames.OUTPUT, new Place.LookedUp());
    }
    lookedUp.stream()
        .filter(t -> places.containsKey(t.name()))
        .forEach(t -> places.put(t.name(), new Place.LookedUp()));
    skip(file, a, c, places);
    return places;
  }

  /**
   * Blocks after the last layer predict further tokens; nothing asks for their tensors. Nor does
   * anything for keys and values of layers that take those of others, for biases of attention to an
   * encoder's rows, which some files of T5 have, or for what an architecture has beside text.
   */
  private static void skip(
      GgufFile file, Architecture a, ModelConfig c, Map<String, Place> places) {
    for (int layer = 0; layer < c.layers(); layer++) {
      for (String name : List.of("attn_k.weight", "attn_v.weight", "attn_k_norm.weight")) {
        if (c.shape(layer).keysOf() != layer) {
          places.put(WeightNames.layer(layer, name), new Place.Skipped());
        }
      }
      skip(file, WeightNames.layer(layer, ""), unused(a), places);
    }
    for (int layer = 0; layer < c.layers() && c.stacks().decodes(); layer++) {
      places.put(c.stacks().name(layer, WeightNames.CROSS_BIASES), new Place.Skipped());
    }
    int blocks = file.metadata().int32(a.key("block_count"), 0);
    for (int block = c.layers(); block < blocks; block++) {
      skip(file, WeightNames.layer(block, ""), List.of(""), places);
    }
  }

  /** How the names of a layer's tensors begin that text has no use for. */
  private static List<String> unused(Architecture a) {
    return a.has(Architecture.Trait.IMAGE_MATRICES)
        ? List.of("vis_")
        : a.has(Architecture.Trait.INDEXED) ? List.of("indexer.") : List.of();
  }

  private static void skip(
      GgufFile file, String block, List<String> beginnings, Map<String, Place> places) {
    for (String beginning : beginnings) {
      for (TensorInfo tensor : file.tensors()) {
        if (tensor.name().startsWith(block + beginning)) {
          places.put(tensor.name(), new Place.Skipped());
        }
      }
    }
  }

  /** A model with tensors that nothing asks for would not compute what its authors meant. */
  private static void requireUse(GgufFile file, Map<String, Place> places) {
    List<String> left =
        file.tensors().stream()
            .map(TensorInfo::name)
            .filter(name -> !places.containsKey(name))
            .toList();
    if (!left.isEmpty()) {
      String names = String.join(", ", left.subList(0, Math.min(NAMED, left.size())));
      throw new InvalidModelException(
          file.fileName()
              + ": "
              + left.size()
              + " tensors have no use in this architecture: "
              + names
              + (left.size() > NAMED ? ", ..." : "")
              + ". They would be left out of the computation: choose another file of this model.");
    }
  }

  /** The header. */
  public GgufFile file() {
    return file;
  }

  /** The hyper-parameters. */
  public ModelConfig config() {
    return config;
  }

  /** Where a tensor of the file belongs. */
  public Place place(TensorInfo tensor) {
    return Objects.requireNonNull(places.get(tensor.name()));
  }

  /** Where the layers' tensors lie in the file and in a slot. */
  public LayerMap layers() {
    return layers;
  }

  /**
   * The tensor whose rows are looked up and nothing else, or null where it serves otherwise too.
   */
  public @Nullable TensorInfo lookedUp() {
    return OutsideWeights.lookedUp(file);
  }

  /** All tensors whose rows are looked up and nothing else. */
  public List<TensorInfo> allLookedUp() {
    return OutsideWeights.allLookedUp(file);
  }

  /** The tensors of one of the memories that layers are shared out among. */
  public List<TensorInfo> tensors(LayerGroups groups, int group) {
    return file.tensors().stream().filter(t -> groups.holds(group, place(t))).toList();
  }

  /** The tensors that are always in memory where layers pass through slots. */
  public List<TensorInfo> staying() {
    return file.tensors().stream().filter(t -> place(t) instanceof Place.Outside).toList();
  }

  /**
   * What of the file a model in one memory reads: all of its data, unless it has tensors that
   * nothing computes with.
   */
  public List<FileRange> ranges() {
    List<TensorInfo> used =
        file.tensors().stream().filter(t -> !(place(t) instanceof Place.Skipped)).toList();
    return used.size() == file.tensors().size()
        ? List.of(new FileRange(file.dataOffset(), file.dataBytes()))
        : FileRange.of(file.dataOffset(), used);
  }

  /** Bytes of all {@link #ranges}, each further one with room to be aligned. */
  public long bytes(int alignment) {
    List<FileRange> ranges = ranges();
    return ranges.stream().mapToLong(FileRange::bytes).sum()
        + (long) alignment * (ranges.size() - 1);
  }

  /** Bytes of all tensors that belong to no layer, each with room to be aligned. */
  public long outsideBytes(int alignment) {
    return sum(
        file.tensors().stream()
            .filter(t -> !(place(t) instanceof Place.Layer || place(t) instanceof Place.Skipped))
            .toList(),
        alignment);
  }

  /** Bytes of {@link #staying}, each with room to be aligned. */
  public long stayingBytes(int alignment) {
    return sum(staying(), alignment);
  }

  private static long sum(List<TensorInfo> tensors, int alignment) {
    return tensors.stream().mapToLong(t -> t.bytes() + alignment).sum();
  }

  /**
   * Bytes of weights that a decoded token reads: not what is looked up or was read for the prompt,
   * and of experts its own.
   */
  public long bytesPerToken() {
    return file.tensors().stream().mapToLong(this::bytesPerToken).sum();
  }

  private long bytesPerToken(TensorInfo tensor) {
    Place place = place(tensor);
    if (place instanceof Place.LookedUp || place instanceof Place.Skipped || ofEncoder(tensor)) {
      return 0;
    }
    return place instanceof Place.Layer && WeightNames.ofExperts(tensor.name())
        ? tensor.bytes() / config.experts().count() * config.experts().used()
        : tensor.bytes();
  }

  /** Whether a tensor makes an encoder's rows, or their keys and values, for a decoder. */
  private boolean ofEncoder(TensorInfo t) {
    return config.stacks().decodes()
        && (t.name().startsWith("enc.")
            || t.name().contains(".cross_attn_k.")
            || t.name().contains(".cross_attn_v."));
  }
}
