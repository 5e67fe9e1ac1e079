package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.Need;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.WrappedBackend;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.UnsupportedCacheException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.residency.LayerGroups;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Backends are asked at load for every command that a model then records, and one that refuses any
 * of them is an error there. Over the tiny models of all architectures, and over quantized ones.
 */
class SupportTest {
  /** What {@code supports} is asked. */
  private record Question(Op op, TensorType type) {
    boolean cached() {
      return op == Op.STORE_KV || op == Op.ATTENTION;
    }
  }

  /** A file. */
  private record File(String name, HeapWeights source) {
    @Override
    public String toString() {
      return name;
    }

    GgufFile header() {
      return TinyModel.header(source);
    }

    Model load(WrappedBackend backend) {
      return ModelLoader.load(header(), source, backend, 4, RunControl.NONE);
    }
  }

  /** Notes what it is asked, what is submitted, and how many weights it is given. */
  private static final class Watched extends WrappedBackend {
    final Set<Question> asked = new HashSet<>();
    final Set<Question> submitted = new HashSet<>();
    private final Predicate<Question> refused;
    int bound;

    Watched(Predicate<Question> refused) {
      super(new ScalarBackend(new HeapAllocator(), Parallel.SINGLE));
      this.refused = refused;
    }

    @Override
    public String name() {
      return "watched";
    }

    @Override
    public boolean supports(Op op, TensorType type) {
      Question question = new Question(op, type);
      asked.add(question);
      return !refused.test(question) && super.supports(op, type);
    }

    @Override
    public Tensor bind(TensorType type, int rows, int cols, ByteView data) {
      bound++;
      return super.bind(type, rows, cols, data);
    }

    @Override
    public Completion submit(Commands commands) {
      for (Command command : commands.list()) {
        for (Need need : Need.of(command)) {
          submitted.add(new Question(need.op(), need.type()));
        }
      }
      return super.submit(commands);
    }
  }

  static Stream<File> files() {
    return Stream.of(
            TinyDecoders.all().stream().map(t -> new File(t.name, t.model.source())),
            TinyEncoders.all().stream().map(t -> new File(t.name(), t.model().source())),
            TinyStacks.all().stream().map(t -> new File(t.name(), t.model().source())),
            Stream.of("llama-q4_k_m", "qwen2-q4_k_m", "gemma3-q4_k_m", "llama-f16")
                .map(name -> new File(name, RandomFiles.file(name))))
        .flatMap(all -> all);
  }

  /** All that a model can be asked to do. */
  private static void use(Model model) {
    int[] ids = {1, 5, 9, 2, 7, 3, 3, 8, 1};
    KvCache cache = model.newCache(16, new CacheOptions(KvType.F32, 1, 1)); // and copy states
    if (model.config().stacks().decodes()) {
      Encoding text = model.encode(ids, cache);
      while (text.step()) {}
    }
    if (!model.config().encoder()) {
      int[] first = Arrays.copyOf(ids, 4);
      model.forward(first, 0, cache, Model.Wanted.NONE);
      model.forward(new int[] {4}, 4, cache, Model.Wanted.LAST);
      model.forward(first, 5, cache, Model.Wanted.ALL);
      model.best(new int[] {2}, 9, cache, 20);
    }
    Encoding encoding = model.encode(ids, cache);
    while (encoding.step()) {}
    float[] rows = encoding.rows();
    model.projected(rows);
    model.release(cache);
  }

  private static Set<Question> without(Set<Question> questions) {
    return questions.stream().filter(q -> !q.cached()).collect(Collectors.toSet());
  }

  private static Set<Op> ops(Set<Question> questions) {
    return questions.stream().map(Question::op).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("files")
  void isAskedForWhatIsRecordedAndForNothingElse(File file) {
    Watched backend = new Watched(q -> false);
    try (Model model = file.load(backend)) {
      Set<Question> asked = Set.copyOf(backend.asked);
      assertEquals(Set.of(), backend.submitted);
      use(model);
      assertEquals(without(backend.submitted), without(asked));
      assertEquals(ops(backend.submitted), ops(asked));
      assertTrue(backend.asked.containsAll(backend.submitted));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void eachRefusedCommandIsAnErrorBeforeAnythingIsBound(File file) {
    Watched all = new Watched(q -> false);
    file.load(all).close();
    for (Question question : without(all.asked)) {
      Watched backend = new Watched(question::equals);
      UnsupportedModelException e =
          assertThrows(UnsupportedModelException.class, () -> file.load(backend));
      for (String part :
          List.of(
              file.header().fileName(),
              question.op.name(),
              question.type.name(),
              "watched backend")) {
        assertTrue(e.getMessage().contains(part), part + " in: " + e.getMessage());
      }
      assertEquals(0, backend.bound);
      if (List.of(Op.MATMUL, Op.EMBED, Op.RMS_NORM, Op.ADD_BIAS, Op.EXPERTS)
          .contains(question.op)) {
        boolean unweighted =
            List.of(Op.RMS_NORM, Op.ADD_BIAS).contains(question.op)
                && e.getMessage().contains("which the model needs");
        assertTrue(
            unweighted
                || file.header().tensors().stream()
                    .anyMatch(t ->
                        t.type() == question.type
                            && e.getMessage().contains("tensor " + t.name() + " ")),
            e.getMessage());
      }
    }
    for (Op op : Op.values()) {
      boolean needed = ops(all.asked).contains(op);
      Watched backend = new Watched(q -> q.op == op);
      if (needed) {
        assertThrows(UnsupportedModelException.class, () -> file.load(backend));
      } else {
        file.load(backend).close();
      }
    }
  }

  /** The type of a cache is known only when it is made. */
  @Test
  void cachesAreAskedForWhenTheyAreMade() {
    File file = new File("llama", TinyFiles.file(TinyFiles.names().getFirst()));
    for (Op op : List.of(Op.STORE_KV, Op.ATTENTION)) {
      try (Model model = file.load(new Watched(new Question(op, TensorType.F16)::equals))) {
        model.release(model.newCache(16, KvType.F32));
        UnsupportedCacheException e =
            assertThrows(UnsupportedCacheException.class, () -> model.newCache(16, KvType.F16));
        assertTrue(e.getMessage().contains(op.name()) && e.getMessage().contains("f16"));
      }
    }
  }

  @Test
  void everyMemorysBackendIsAsked() {
    File file = new File("llama", RandomFiles.file("llama-q4_k_m"));
    Watched first = new Watched(q -> false);
    Watched second = new Watched(q -> q.op == Op.ROPE);
    Banks banks = new Banks(List.of(first, second), new LayerGroups(List.of(2, 2)));
    assertThrows(
        UnsupportedModelException.class,
        () -> ModelLoader.load(file.header(), file.source, banks, 4, RunControl.NONE));
    assertEquals(0, first.bound + second.bound);
    Watched last = new Watched(q -> q.op == Op.EMBED || q.op == Op.ARG_MAX); // not its work
    ModelLoader.load(
            file.header(),
            file.source,
            new Banks(List.of(first, last), new LayerGroups(List.of(2, 2))),
            4,
            RunControl.NONE)
        .close();
  }

  @Test
  void layersThatComeLaterAreAskedForAtOnce() {
    HeapWeights source = RandomFiles.file("llama-q4_k_m");
    GgufFile header = TinyModel.header(source);
    Watched backend = new Watched(new Question(Op.MATMUL, TensorType.Q6_K)::equals);
    LayerSlots slots = CopiedSlots.of(Residency.of(header).layers(), source, 2, CachePolicy.LRU, 0);
    assertThrows(
        UnsupportedModelException.class,
        () -> ModelLoader.stream(header, source, backend, slots, 4));
    assertEquals(0, backend.bound);
  }
}
