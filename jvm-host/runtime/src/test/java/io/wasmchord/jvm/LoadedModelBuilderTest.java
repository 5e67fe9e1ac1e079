package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.wasmchord.backend.KvType;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.DraftMismatchException;
import io.wasmchord.errors.EmbeddingOnlyException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.download.DownloadCache;
import io.wasmchord.jvm.download.DownloadException;
import io.wasmchord.jvm.download.DownloadPolicy;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import io.wasmchord.session.speculation.SpeculationOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a builder takes, what it refuses, and what comes of its values. */
class LoadedModelBuilderTest {
  private static final Path DEMO = Setup.DEMO;

  @TempDir private Path folder;

  private static Arguments refused(String message, UnaryOperator<LoadedModelBuilder> set) {
    return Arguments.of(message, set);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refused("threads is 0; at least 1 is needed", b -> b.threads(0)),
        refused("threads is -3; at least 1 is needed", b -> b.threads(-3)),
        refused("context is 0; at least 1 is needed", b -> b.context(0)),
        refused("contextAtMost is -1; at least 1 is needed", b -> b.contextAtMost(-1)),
        refused("memory is 0; at least 1 is needed", b -> b.memory(0)),
        refused(
            "memory is -9223372036854775808; at least 1 is needed", b -> b.memory(Long.MIN_VALUE)),
        refused("prefetch is -1; at least 0 is needed", b -> b.prefetch(-1)),
        refused("kvCache is null; leave it out for the default", b -> b.kvCache(null)),
        refused("layers is null; leave it out for the default", b -> b.layers(null)),
        refused("backend is null; leave it out for the default", b -> b.backend(null)),
        refused("weights is null; leave it out for the default", b -> b.weights(null)),
        refused("normalization is null; leave it out for the default", b -> b.normalization(null)),
        refused("cache is null; leave it out for the default", b -> b.cache(null)),
        refused("sha256 is null; leave it out for the default", b -> b.sha256(null)),
        refused("progress is null; leave it out for the default", b -> b.progress(null)),
        refused("control is null; leave it out for the default", b -> b.control(null)),
        refused("warnings is null; leave it out for the default", b -> b.warnings(null)));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aValueThatCannotBeIsRefusedByItsName(String message, UnaryOperator<LoadedModelBuilder> set) {
    LoadedModelBuilder builder = LoadedModel.builder(DEMO);
    InvalidRequestException e =
        assertThrows(InvalidRequestException.class, () -> set.apply(builder));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aModelIsNamed() {
    for (String none : List.of("", " ")) {
      InvalidRequestException e =
          assertThrows(InvalidRequestException.class, () -> LoadedModel.builder(none));
      assertTrue(e.getMessage().contains("hf:owner/repository/file.gguf"), e.getMessage());
    }
    assertThrows(InvalidRequestException.class, () -> LoadedModel.builder((String) null));
    assertThrows(InvalidRequestException.class, () -> LoadedModel.builder((Path) null));
    assertThrows(InvalidRequestException.class, () -> LoadedModel.builder(List.of()));
    assertEquals("invalid_address", refusedAddress("ftp://server/model.gguf").code());
    assertEquals("invalid_address", refusedAddress("hf:model.gguf").code());
  }

  private static DownloadException refusedAddress(String address) {
    return assertThrows(DownloadException.class, () -> LoadedModel.builder(address));
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("missing.gguf");
    for (LoadedModelBuilder builder :
        List.of(
            LoadedModel.builder(missing),
            LoadedModel.builder(missing.toString()),
            LoadedModel.builder(List.of(missing)))) {
      FileException e = assertThrows(FileException.class, builder::load);
      assertTrue(e.getMessage().contains("missing.gguf"), e.getMessage());
    }
  }

  @Test
  void aContextIsTheModelsAtMost() {
    int trained;
    try (LoadedModel model = LoadedModel.builder(DEMO).load()) {
      trained = model.model().config().contextLength();
      assertEquals(
          Math.min(trained, LoadedModelBuilder.DEFAULT_CONTEXT), model.contextLength(), "default");
    }
    LoadedModelBuilder longer = LoadedModel.builder(DEMO).context(trained + 1);
    InvalidRequestException e = assertThrows(InvalidRequestException.class, longer::load);
    assertTrue(e.getMessage().endsWith("this model takes 1 to " + trained + " tokens"));
    try (LoadedModel model = LoadedModel.builder(DEMO).contextAtMost(trained + 1).load()) {
      assertEquals(trained, model.contextLength());
    }
    try (LoadedModel model = LoadedModel.builder(DEMO).context(32).kvCache(KvType.Q8_0).load();
        Session session = model.session()) {
      assertEquals(32, session.contextLength());
      assertTrue(session.cacheBytes() < bytesOfFloats(model), "q8_0 takes less");
    }
  }

  private static long bytesOfFloats(LoadedModel model) {
    try (LoadedModel floats = LoadedModel.builder(DEMO).context(model.contextLength()).load();
        Session session = floats.session()) {
      return session.cacheBytes();
    }
  }

  private static int[] answer(LoadedModelBuilder builder) {
    try (LoadedModel model = builder.load();
        Session session = model.session()) {
      int[] prompt = model.tokenizer().encode("Once upon a time", true, true);
      GenerationOptions options = new GenerationOptions(12, List.of(), SamplerOptions.greedy());
      return session.generate(prompt, options, text -> true, RunControl.NONE).tokens();
    }
  }

  @Test
  void everyWayGivesTheSameAnswer() {
    int[] expected = answer(LoadedModel.builder(DEMO));
    assertArrayEquals(expected, answer(LoadedModel.builder(DEMO.toString()).threads(3)));
    assertArrayEquals(expected, answer(LoadedModel.builder(DEMO).backend(Backend.SCALAR)));
    assertArrayEquals(expected, answer(LoadedModel.builder(List.of(DEMO)).context(64)));
    OutOfMemoryException e =
        assertThrows(
            OutOfMemoryException.class, LoadedModel.builder(DEMO).context(64).memory(1)::load);
    long least = Long.parseLong(e.getMessage().replaceAll(".*at least (\\d+) bytes.*", "$1"));
    assertArrayEquals(expected, answer(LoadedModel.builder(DEMO).context(64).memory(least)));
  }

  @Test
  void aBuilderMayBeUsedAgain() {
    LoadedModelBuilder builder = LoadedModel.builder(DEMO).threads(1);
    try (LoadedModel second = builder.load()) {
      try (LoadedModel first = builder.load()) {
        assertNotSame(first.model(), second.model());
      }
      second.session().close();
    }
  }

  @Test
  void anEncoderHasNoSessionButAnEmbedder() throws IOException {
    String name = TinyFiles.encoders().getFirst();
    Path file = TinyFiles.encoder(name).write(folder.resolve("encoder.gguf"));
    try (LoadedModel model = LoadedModel.builder(file).load()) {
      assertThrows(EmbeddingOnlyException.class, model::session);
      assertTrue(model.embedder() != null);
    }
  }

  @Test
  void aFileIsHeldAgainstItsDigest() throws Exception {
    String digest =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(DEMO)));
    LoadedModel.builder(DEMO).sha256(digest).load().close();
    LoadedModelBuilder other = LoadedModel.builder(DEMO).sha256("0".repeat(64));
    DownloadException e = assertThrows(DownloadException.class, other::load);
    assertTrue(e.getMessage().contains(digest), e.getMessage());
    LoadedModelBuilder none = LoadedModel.builder(DEMO).sha256("no digest");
    assertThrows(DownloadException.class, none::load);
  }

  @Test
  void progressIsToldToBothAndControlStops() {
    Set<String> told = new TreeSet<>();
    List<String> phases = new ArrayList<>();
    RunControl control =
        new RunControl() {
          @Override
          public void progress(String phase, long done, long total) {
            phases.add(phase);
          }
        };
    LoadedModel.builder(DEMO)
        .control(control)
        .progress((phase, done, total) -> told.add(phase))
        .load()
        .close();
    assertEquals(new TreeSet<>(phases), told);
    assertTrue(told.contains("load"), told.toString());
    RunControl stopping =
        new RunControl() {
          @Override
          public boolean cancelled() {
            return true;
          }
        };
    LoadedModelBuilder stopped = LoadedModel.builder(DEMO).control(stopping);
    assertThrows(CancelledException.class, stopped::load);
  }

  @Test
  void anAddressIsDownloadedOnceIntoTheCache() throws IOException {
    Path served = Files.createDirectory(folder.resolve("served"));
    Files.copy(DEMO, served.resolve("model.gguf"));
    DownloadCache cache = new DownloadCache(folder.resolve("cache"), DownloadPolicy.standard());
    List<String> phases = new ArrayList<>();
    HttpServer server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            served.toRealPath(),
            SimpleFileServer.OutputLevel.NONE);
    server.start();
    LoadedModelBuilder builder;
    try {
      int port = server.getAddress().getPort();
      builder =
          LoadedModel.builder("http://127.0.0.1:" + port + "/model.gguf")
              .cache(cache)
              .progress((phase, done, total) -> phases.add(phase));
      builder.load().close();
    } finally {
      server.stop(0);
    }
    assertTrue(phases.contains("download"), phases.toString());
    phases.clear();
    builder.load().close();
    assertTrue(!phases.contains("download"), "kept: " + phases);
    assertEquals(1, cache.list().size());
  }

  /** Both models count in the budget, and all sessions of the larger one can be proposed to. */
  @Test
  void aDraftModelIsInThePlan() throws IOException {
    Path file = TinyFiles.file("llama").write(folder.resolve("llama.gguf"));
    try (LoadedModel draft = LoadedModel.builder(file).threads(1).contextAtMost(64).load()) {
      long both = 2 * draft.plannedBytes();
      assertThrows(
          OutOfMemoryException.class,
          () ->
              LoadedModel.builder(file)
                  .threads(1)
                  .contextAtMost(64)
                  .memory(draft.plannedBytes() + 1000)
                  .draft(draft)
                  .load());
      try (LoadedModel model =
              LoadedModel.builder(file)
                  .threads(1)
                  .contextAtMost(64)
                  .memory(both)
                  .draft(draft)
                  .load();
          Session session = model.session();
          Session copy = session.copy()) {
        assertEquals(both, draft.plannedBytes() + model.plannedBytes());
        GenerationOptions options =
            new GenerationOptions(16, List.of(), SamplerOptions.greedy(), true);
        int[] prompt = {1, 5, 9, 1, 5, 9};
        int[] plain = session.generate(prompt, options, t -> true, RunControl.NONE).tokens();
        for (Session one : List.of(session, copy)) {
          int[] proposed =
              one.generate(
                      prompt,
                      options.withSpeculation(SpeculationOptions.DRAFT),
                      t -> true,
                      RunControl.NONE)
                  .tokens();
          assertArrayEquals(plain, proposed);
        }
      }
      assertThrows(
          DraftMismatchException.class,
          () -> LoadedModel.builder(DEMO).threads(1).draft(draft).load());
    }
  }

  /** A model's own block counts in the plan if it is asked for, and proposes tokens. */
  @Test
  void aModelsOwnBlockProposesWhereItHasOne() throws IOException {
    Path file =
        TinyFiles.file("qwen35 with a block that predicts on").write(folder.resolve("next.gguf"));
    GenerationOptions options = new GenerationOptions(12, List.of(), SamplerOptions.greedy(), true);
    GenerationOptions proposed = options.withSpeculation(SpeculationOptions.DRAFT);
    int[] prompt = {1, 5, 9, 1, 5, 9};
    long alone;
    int[] plain;
    try (LoadedModel model = LoadedModel.builder(file).threads(1).contextAtMost(64).load();
        Session session = model.session()) {
      alone = model.plannedBytes();
      plain = session.generate(prompt, options, t -> true, RunControl.NONE).tokens();
    }
    for (Backend backend : List.of(Backend.SCALAR, Backend.AUTO)) {
      try (LoadedModel model =
              LoadedModel.builder(file).threads(2).contextAtMost(64).backend(backend).mtp().load();
          Session session = model.session()) {
        GenerationResult found = session.generate(prompt, proposed, t -> true, RunControl.NONE);
        assertArrayEquals(plain, found.tokens());
      }
    }
    assertThrows(
        OutOfMemoryException.class,
        () ->
            LoadedModel.builder(file).threads(1).contextAtMost(64).memory(alone / 2).mtp().load());
    UnsupportedModelException none =
        assertThrows(UnsupportedModelException.class, () -> LoadedModel.builder(DEMO).mtp().load());
    assertTrue(none.getMessage().contains("has no block"), none.getMessage());
  }
}
