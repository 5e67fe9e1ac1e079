package io.wasmchord.model.transformer;

import io.wasmchord.backend.Additions;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertAddition;
import io.wasmchord.backend.ExpertMatrix;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.errors.UnsupportedAdapterException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.model.Adapter;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.Adapters;
import io.wasmchord.model.config.AdapterFile;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.TensorParts;
import io.wasmchord.model.tensors.TensorParts.Part;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The adapters beside a model's weights, and how they are applied. */
final class ModelAdapters implements Adapters, Recordings {
  private static final Part EMBEDDING = new Part(WeightNames.TOKEN_EMBEDDING, 0, 0);

  private final GgufFile model;
  private final List<Section> sections;
  private final TensorParts parts;
  private final Supplier<AdapterTargets> finder;
  private final List<AdapterScratch> scratch;
  private final List<LoadedAdapter> loaded = new ArrayList<>();
  private @Nullable AdapterTargets targets; // found when the first adapter comes
  private List<AdapterScale> used = List.of();

  /**
   * @param model its header
   * @param parts what its weights are
   * @param finder finds what adapters can be added to
   */
  ModelAdapters(
      GgufFile model, List<Section> sections, TensorParts parts, Supplier<AdapterTargets> finder) {
    this.model = model;
    this.sections = sections;
    this.parts = parts;
    this.finder = finder;
    this.scratch = sections.stream().map(s -> new AdapterScratch(s.backend())).toList();
  }

  @Override
  public Adapter load(GgufFile file, WeightSource source, String name, long room) {
    for (LoadedAdapter other : loaded) {
      if (other.name().equals(name)) {
        throw new InvalidRequestException(
            "an adapter called '" + name + "' is loaded; unload it, or choose another name");
      }
    }
    AdapterFile adapter = AdapterFile.of(file);
    AdapterTargets all = targets == null ? finder.get() : targets;
    targets = all;
    List<AdapterTargets.Use> uses = all.uses(adapter, model);
    requireSupport(adapter);
    List<AdapterTargets.Use> together = new ArrayList<>(uses());
    together.addAll(uses);
    requireRoom(file, bytes(together, loaded.stream().mapToLong(Adapter::bytes).sum(), uses), room);
    LoadedAdapter read = LoadedAdapter.read(name, adapter, uses, source, sections);
    try {
      resize(together);
    } catch (RuntimeException e) {
      read.free();
      resize(uses());
      throw e;
    }
    loaded.add(read);
    return read;
  }

  private long bytes(List<AdapterTargets.Use> together, long others, List<AdapterTargets.Use> own) {
    long bytes = others + AdapterTargets.bytes(own);
    for (int i = 0; i < sections.size(); i++) {
      bytes += AdapterTargets.Widths.of(together, i).bytes();
    }
    return bytes + beside(together);
  }

  /**
   * What backends take beside the matrices. Weights that are rows of one tensor have the same A.
   */
  private long beside(List<AdapterTargets.Use> uses) {
    long bytes = 0;
    AdapterFile.Pair last = null;
    for (AdapterTargets.Use use : uses) {
      ComputeBackend backend = sections.get(use.target().section()).backend();
      int count = use.target().experts();
      bytes += backend.besideWeights(count, use.cols(), use.rank());
      if (!use.pair().equals(last)) {
        bytes += backend.besideWeights(count, use.aRows(), use.aCols());
      }
      last = use.pair();
    }
    return bytes;
  }

  private static void requireRoom(GgufFile file, long bytes, long room) {
    if (bytes > room) {
      throw new OutOfMemoryException(
          file.fileName()
              + ": with this adapter all adapters take "
              + bytes
              + " bytes as float32; "
              + Math.max(0, room)
              + " are left of the memory budget. Load the model with a larger one, or with more"
              + " room for adapters, or unload other adapters");
    }
  }

  private void requireSupport(AdapterFile adapter) {
    for (Section section : sections) {
      ComputeBackend backend = section.backend();
      for (Op op : new Op[] {Op.MATMUL, Op.EMBED, Op.EXPERTS, Op.ADD_SCALED}) {
        if (!backend.supports(op, TensorType.F32)) {
          throw new UnsupportedAdapterException(
              adapter.file().fileName()
                  + ": the "
                  + backend.name()
                  + " backend cannot compute "
                  + op
                  + " with F32, which adapters need; choose another backend");
        }
      }
    }
  }

  private void resize(List<AdapterTargets.Use> uses) {
    for (int i = 0; i < sections.size(); i++) {
      scratch.get(i).resize(AdapterTargets.Widths.of(uses, i));
    }
  }

  /** What all loaded ones add. */
  private List<AdapterTargets.Use> uses() {
    return loaded.stream().flatMap(a -> a.uses().stream()).toList();
  }

  @Override
  public void unload(Adapter adapter) {
    if (adapter instanceof LoadedAdapter gone && loaded.remove(gone)) {
      gone.free();
      resize(uses());
      used = used.stream().filter(u -> u.adapter() != gone).toList();
    }
  }

  @Override
  public List<Adapter> loaded() {
    return List.copyOf(loaded);
  }

  @Override
  public void use(List<AdapterScale> adapters) {
    used = effective(adapters);
  }

  @Override
  public void use(KvCache cache, List<AdapterScale> adapters) {
    SectionedCache.of(cache, this).choose(effective(adapters));
  }

  @Override
  public void useDefault(KvCache cache) {
    SectionedCache.of(cache, this).choose(null);
  }

  @Override
  public boolean current(KvCache cache) {
    return SectionedCache.of(cache, this).current();
  }

  @Override
  public List<AdapterScale> used() {
    return used;
  }

  @Override
  public long bytes() {
    return bytes(uses(), loaded.stream().mapToLong(Adapter::bytes).sum(), List.of());
  }

  /** Those that have an effect, after a check. */
  List<AdapterScale> effective(List<AdapterScale> adapters) {
    requireLoaded(adapters);
    Set<Adapter> seen = new HashSet<>();
    List<AdapterScale> chosen = new ArrayList<>();
    for (AdapterScale one : adapters) {
      LoadedAdapter adapter = (LoadedAdapter) one.adapter();
      if (!(Math.abs(adapter.factor(one.scale(), 1)) < Float.POSITIVE_INFINITY)) {
        throw new InvalidRequestException(
            "the scale of adapter '"
                + adapter.name()
                + "' is "
                + one.scale()
                + "; it must be a finite number, times the adapter's alpha too");
      }
      if (!seen.add(adapter)) {
        throw new InvalidRequestException(
            "adapter '" + adapter.name() + "' is named twice; give it one scale");
      }
      if (one.scale() != 0f) {
        chosen.add(one);
      }
    }
    return List.copyOf(chosen);
  }

  /** Refuses adapters that are not there any more. */
  void requireLoaded(List<AdapterScale> adapters) {
    for (AdapterScale one : adapters) {
      if (!loaded.contains(one.adapter())) {
        throw new InvalidRequestException(
            "adapter '"
                + one.adapter().name()
                + "' is not loaded into this model, or was unloaded; load it, or choose others");
      }
    }
  }

  @Override
  public Commands begin(Section section, List<AdapterScale> adapters) {
    if (adapters.isEmpty()) {
      return section.backend().record();
    }
    requireLoaded(adapters);
    return new Commands(new Applied(adapters, scratch.get(sections.indexOf(section))));
  }

  /** Adds what chosen adapters give. */
  private final class Applied implements Additions {
    private final List<AdapterScale> adapters;
    private final AdapterScratch scratch;

    Applied(List<AdapterScale> adapters, AdapterScratch scratch) {
      this.adapters = adapters;
      this.scratch = scratch;
    }

    @Override
    public void toProduct(Commands c, Tensor x, Tensor weight, Tensor out) {
      Part part = parts.of(weight);
      if (part == null || part.name().equals(WeightNames.TOKEN_EMBEDDING)) {
        return; // a head that is tied to the embedding has no adapter of its own
      }
      for (AdapterScale one : adapters) {
        LoadedAdapter adapter = (LoadedAdapter) one.adapter();
        LoadedAdapter.Delta delta = adapter.delta(part);
        if (delta != null) {
          Tensor low = scratch.low(delta.a().rows(), x.rows());
          c.matmul(x, delta.a(), low);
          add(c, low, delta, adapter.factor(one.scale(), delta.trained()), out);
        }
      }
    }

    @Override
    public List<ExpertAddition> toExperts(Command.Experts mixture) {
      List<ExpertAddition> added = new ArrayList<>();
      for (ExpertMatrix matrix : ExpertMatrix.all(mixture.experts().getFirst())) {
        List<Part> each = new ArrayList<>();
        for (Expert expert : mixture.experts()) {
          Part part = parts.of(matrix.of(expert));
          if (part != null) {
            each.add(part);
          }
        }
        for (AdapterScale one : adapters) {
          addTo(added, mixture, matrix, each, one);
        }
      }
      return added;
    }

    private void addTo(
        List<ExpertAddition> added,
        Command.Experts mixture,
        ExpertMatrix matrix,
        List<Part> each,
        AdapterScale one) {
      LoadedAdapter adapter = (LoadedAdapter) one.adapter();
      List<LoadedAdapter.Delta> deltas =
          each.stream().map(adapter::delta).filter(Objects::nonNull).toList();
      if (deltas.isEmpty()) {
        return;
      }
      LoadedAdapter.Delta first = deltas.getFirst();
      int rows = mixture.x().rows() * mixture.used();
      added.add(
          new ExpertAddition(
              matrix,
              deltas.stream().map(LoadedAdapter.Delta::a).toList(),
              deltas.stream().map(LoadedAdapter.Delta::b).toList(),
              adapter.factor(one.scale(), first.trained()),
              scratch.low(first.a().rows(), rows),
              scratch.wide(first.b().rows(), rows)));
    }

    @Override
    public void toEmbedding(Commands c, int[] tokens, Tensor out) {
      for (AdapterScale one : adapters) {
        LoadedAdapter adapter = (LoadedAdapter) one.adapter();
        LoadedAdapter.Delta delta = adapter.delta(EMBEDDING);
        if (delta != null) {
          Tensor low = scratch.low(delta.a().cols(), tokens.length);
          c.embed(delta.a(), tokens, low);
          add(c, low, delta, adapter.factor(one.scale(), delta.trained()), out);
        }
      }
    }

    private void add(Commands c, Tensor low, LoadedAdapter.Delta delta, float factor, Tensor out) {
      Tensor wide = scratch.wide(delta.b().rows(), out.rows());
      c.matmul(low, delta.b(), wide);
      c.addScaled(out, wide, factor);
    }
  }
}
