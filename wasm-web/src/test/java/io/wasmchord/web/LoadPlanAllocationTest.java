package io.wasmchord.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Adapter;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyAdapters;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.residency.FileRange;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.web.memory.Bank;
import io.wasmchord.web.memory.HeapBank;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.simd.SimdBackend;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import io.wasmchord.weights.SlotLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Of every architecture: what is planned for a browser is what its backends allocate, and at most a
 * tenth more, in one memory, in several, and where layers pass through slots. The kernels
 * themselves do not run here.
 */
class LoadPlanAllocationTest {
  private static final int CONTEXT = 1000;
  private static final int PARALLEL = 3;
  private static final long PLENTY = 1L << 40;
  private static final int HEAP = 48 << 20;

  static Stream<String> names() {
    Stream<String> stacks =
        Stream.concat(TinyFiles.encoderDecoders().stream(), TinyFiles.encodersAlone().stream());
    return Stream.concat(
        Stream.concat(TinyFiles.names().stream(), TinyFiles.encoders().stream()), stacks);
  }

  private static Residency model(String name) {
    boolean encoder = TinyFiles.encoders().contains(name);
    HeapWeights source = encoder ? TinyFiles.encoder(name) : TinyFiles.file(name, CONTEXT);
    return Residency.of(GgufReader.parse(source.bytes(), source.size(), name));
  }

  private static LoadRequest request(long budget, long bankBytes, int threads) {
    return request(budget, bankBytes, threads, false);
  }

  private static LoadRequest request(long budget, long bankBytes, int threads, boolean head) {
    return new LoadRequest(
        0,
        CacheOptions.of(KvType.F32),
        PLENTY,
        budget,
        bankBytes,
        CachePolicy.LRU,
        0,
        threads,
        PARALLEL,
        head,
        0);
  }

  /** Memories on the heap; whatever is read is zeros. */
  private record HeapMemories(List<HeapBank> further) implements HostMemory {
    @Override
    public Bank further(int number) {
      further.add(new HeapBank(HEAP));
      assertEquals(number, further.size());
      return further.getLast();
    }

    @Override
    public void readNow(String name, long offset, LinearMemory room) {}
  }

  /** Layers that are there at once. */
  private static final SlotLoader NO_LOADER =
      new SlotLoader() {
        @Override
        public void start(int layer, int slot) {}

        @Override
        public boolean arrived(int slot) {
          return true;
        }

        @Override
        public void await(int slot) {}
      };

  @ParameterizedTest
  @MethodSource("names")
  void oneMemory(String name) {
    Residency model = model(name);
    for (int threads : new int[] {1, 4}) {
      LoadPlan plan = LoadPlan.of(model, request(0, PLENTY, threads));
      assertEquals(1, plan.layers().size());
      check(model, plan, threads);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void severalMemories(String name) {
    Residency model = model(name);
    long whole = LoadPlan.of(model, request(0, PLENTY, 2)).bytes().total();
    LoadPlan plan = LoadPlan.of(model, request(0, whole - 1, 2));
    assertTrue(plan.layers().size() > 1, name);
    check(model, plan, 2);
  }

  @ParameterizedTest
  @MethodSource("names")
  void layersThroughSlots(String name) {
    Residency model = model(name);
    long whole = LoadPlan.of(model, request(0, PLENTY, 2)).bytes().total();
    LoadPlan plan = LoadPlan.of(model, request(whole - 1, PLENTY, 2));
    assertTrue(plan.streamed(), name);
    check(model, plan, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"glm4moe with norms of heads", "qwen35 with a block that predicts on"})
  void aBlockThatPredictsFurtherTokens(String name) {
    Residency model = model(name);
    PlannedHead head = PlannedHead.of(model, request(0, PLENTY, 2, true));
    LoadRequest one = request(0, PLENTY, 2);
    long whole = LoadPlan.of(model, one).bytes().total();
    List<LoadPlan> plans =
        List.of(
            LoadPlan.of(model, one),
            LoadPlan.of(model, request(0, whole - 1, 2)),
            LoadPlan.of(model, request(whole - 1, PLENTY, 2)));
    assertTrue(plans.get(1).layers().size() > 1 && plans.get(2).streamed(), name);
    plans.forEach(plan -> check(model, plan, head, 2));
  }

  private static void check(Residency residency, LoadPlan plan, int threads) {
    check(residency, plan, null, threads);
  }

  private static void check(
      Residency residency, LoadPlan plan, @Nullable PlannedHead head, int threads) {
    for (boolean relaxed : new boolean[] {false, true}) {
      List<HeapBank> further = new ArrayList<>();
      LinearAllocator main = new LinearAllocator(new HeapBank(HEAP));
      List<FileRange> beside = head == null ? List.of() : head.ranges();
      Storage storage = new Storage(residency, plan, beside, main, new HeapMemories(further), null);
      Kernels kernels =
          Kernels.emit(
              List.of(residency.file()),
              new Kernels.Variant(relaxed, false, false),
              threads,
              storage.banks());
      List<ComputeBackend> backends = backends(kernels, storage, threads);
      try (Model model = load(residency, plan, storage, backends)) {
        if (head != null) {
          computeHead(model, head, plan, storage, backends.getFirst());
        }
        compute(model, plan);
        long allocated =
            Bank.Main.BASE + further.size() * Bank.Further.BASE + storage.allocatedBytes();
        long planned = plan.bytes().total() + (head == null ? 0 : head.bytes());
        String numbers =
            threads
                + " threads: planned "
                + planned
                + ", allocated "
                + allocated
                + " of which "
                + kernels.bytes().size()
                + " are kernels";
        assertTrue(planned >= allocated && planned <= 1.1 * allocated, numbers);
      }
    }
  }

  private static List<ComputeBackend> backends(Kernels kernels, Storage storage, int threads) {
    List<ComputeBackend> backends = new ArrayList<>();
    for (int bank = 0; bank < storage.banks().size(); bank++) {
      backends.add(
          new SimdBackend(
              storage.banks().get(bank),
              kernels.module(),
              kernels.controls().get(bank),
              SimdBackend.Threads.of(threads),
              (control, list) -> true));
    }
    return backends;
  }

  private static Model load(
      Residency residency, LoadPlan plan, Storage storage, List<ComputeBackend> backends) {
    GgufFile file = residency.file();
    if (!plan.streamed()) {
      Banks banks = new Banks(backends, plan.layers());
      return ModelLoader.load(file, storage, banks, plan.batch(), RunControl.NONE);
    }
    LayerSlots slots =
        new LayerSlots(residency.layers(), storage.slots(), CachePolicy.LRU, 0, NO_LOADER);
    return ModelLoader.stream(file, storage, backends.getFirst(), slots, plan.batch());
  }

  /** What an adapter takes once it was computed with; of experts there are tables too. */
  @ParameterizedTest
  @ValueSource(strings = {"mixtral", "gpt-oss", "llama"})
  void adaptersAreCountedWithAllThatIsMadeOfThem(String name) {
    HeapWeights source = TinyFiles.file(name, CONTEXT);
    Residency residency = model(name);
    LoadPlan plan = LoadPlan.of(residency, request(0, PLENTY, 2));
    LinearAllocator main = new LinearAllocator(new HeapBank(HEAP));
    Storage storage =
        new Storage(residency, plan, List.of(), main, new HeapMemories(new ArrayList<>()), null);
    Kernels kernels =
        Kernels.emit(
            List.of(residency.file()),
            new Kernels.Variant(false, false, false),
            2,
            storage.banks());
    try (Model model = load(residency, plan, storage, backends(kernels, storage, 2))) {
      compute(model, plan);
      long once = storage.allocatedBytes();
      compute(model, plan);
      GgufFile header = GgufReader.parse(source.bytes(), source.size(), name);
      List<String> weights =
          TinyAdapters.matrices(header).stream()
              .filter(n -> n.matches(".*(attn_q|attn_output|ffn_(gate|up|down)(_exps)?)[.]weight"))
              .toList();
      long before = storage.allocatedBytes();
      long caches = before - once;
      HeapWeights file = TinyAdapters.file(header, 3, 6, weights);
      Adapter adapter =
          model
              .adapters()
              .load(GgufReader.parse(file.bytes(), file.size(), "adapter"), file, "it", 1 << 30);
      model.adapters().use(List.of(new AdapterScale(adapter, 1f)));
      compute(model, plan);
      long taken = storage.allocatedBytes() - before - caches;
      long counted = model.adapters().bytes();
      assertTrue(Math.abs(counted - taken) <= 64, taken + " bytes, not " + counted); // alignment
    }
  }

  /** What the block proposes, in sequences as many as there are. */
  private static void computeHead(
      Model model, PlannedHead head, LoadPlan plan, Storage storage, ComputeBackend backend) {
    Model own = ModelLoader.head(head.file(), model, storage, backend, head.batch());
    for (int i = 0; i < PARALLEL; i++) {
      KvCache cache = own.newCache(plan.context(), KvType.F32);
      for (int tokens : new int[] {own.maxBatch(), 1}) {
        own.beside(cache, new float[tokens * own.config().hidden()]);
        own.best(new int[tokens], 0, cache, own.config().vocabulary());
      }
    }
  }

  /** A batch and a token, or a text, so that all is allocated that ever is. */
  private static void compute(Model model, LoadPlan plan) {
    KvCache cache = model.newCache(plan.context(), KvType.F32);
    int[] tokens = new int[Math.min(plan.batch(), plan.context() - 1)];
    if (model.config().encoder() || model.config().stacks().decodes()) {
      Encoding encoding = model.encode(tokens, cache);
      while (encoding.step()) {}
      model.projected(encoding.rows());
    }
    if (!model.config().encoder()) {
      model.forward(tokens, 0, cache, Model.Wanted.LAST);
      model.forward(new int[] {1}, tokens.length, cache, Model.Wanted.LAST);
      together(model, plan);
    }
  }

  /** The other sequences that there is room for, in one batch. */
  private static void together(Model model, LoadPlan plan) {
    List<Model.Feed> feeds = new ArrayList<>();
    for (int i = 1; i < PARALLEL; i++) {
      KvCache cache = model.newCache(plan.context(), KvType.F32);
      if (model.config().stacks().decodes()) {
        Encoding encoding = model.encode(new int[] {1}, cache);
        while (encoding.step()) {}
      }
      feeds.add(new Model.Feed(new int[] {1, 2}, 0, cache, Model.Wanted.LAST));
    }
    model.forward(feeds);
  }
}
