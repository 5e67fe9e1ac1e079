package io.wasmchord.chord;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.api.ChatSession;
import io.wasmchord.api.GenerationParams;
import io.wasmchord.chat.AnswerListener;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.ContextOverflowException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonWriter;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.ScriptedModel;
import io.wasmchord.session.FinishReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChordModelTest {
  private static final String QUESTION = "What is the capital of Japan?";

  @TempDir private static Path folder;

  private static @Nullable ChordModel demo;
  private static @Nullable ChordModel caller; // of tools, and says what is written for it

  record Place(String place) {}

  enum Kind {
    RIVER,
    TOWN
  }

  record Found(
      String name,
      int size,
      long id,
      double height,
      boolean old,
      Kind kind,
      List<Place> near,
      Map<String, Integer> counts,
      Optional<String> note) {}

  record Wrong(Object anything) {}

  @BeforeAll
  static void load() throws IOException {
    Path file = DemoModel.file().write(folder.resolve("demo.gguf"));
    demo = ChordModel.load(file.toString(), how -> how.threads(2).context(512));
    String template =
        "{# <tool_call></tool_call> #}"
            + "{% for m in messages %}<|{{ m.role }}|>{{ m.content or '' }}{% endfor %}"
            + "{% if messages[-1].role == 'tool' %}<|told|>{% elif tools %}<|offered|>"
            + "{% else %}<|assistant|>{% endif %}";
    Path scripted =
        new ScriptedModel()
            .control("<|user|>", "<|assistant|>", "<|tool|>", "<|told|>", "<|offered|>")
            .control("<tool_call>", "</tool_call>")
            .template(template)
            .says("<|told|>", "It", "\u2581rains.", "</s>")
            .says("<|assistant|>", "No", "\u2581tools.", "</s>")
            .says("<|offered|>", "See:", "\n", "<tool_call>", "{\"name\":", "\u2581\"weather\",")
            .says("\u2581\"weather\",", "\"arguments\":", "\u2581{\"place\":", "\"Ulm\"", "}")
            .says("}", "\u2581}", "</tool_call>", "</s>")
            .write(folder.resolve("caller.gguf"));
    caller = ChordModel.load(scripted.toString());
  }

  @AfterAll
  static void close() {
    demo().close();
    demo().close();
    caller().close();
  }

  private static ChordModel demo() {
    return Objects.requireNonNull(demo);
  }

  private static ChordModel caller() {
    return Objects.requireNonNull(caller);
  }

  private static Chat greedy(String question) {
    return Chat.of(question).temperature(0).maxTokens(24);
  }

  @Test
  void anAnswerIsThatOfASession() {
    Reply reply = demo().chat(greedy(QUESTION));
    try (ChatSession session = demo().session("")) {
      GenerationParams params = Chat.of("a").temperature(0).maxTokens(24).request(1).params();
      StringBuilder text = new StringBuilder();
      session.prompt(
          QUESTION,
          params,
          new AnswerListener() {
            @Override
            public boolean onReasoning(String piece) {
              return true;
            }

            @Override
            public boolean onAnswer(String piece) {
              text.append(piece);
              return true;
            }
          },
          RunControl.NONE);
      assertEquals(text.toString(), reply.text());
    }
    assertFalse(reply.text().isEmpty());
    assertEquals(2, reply.messages().size());
    Reply next = demo().chat(reply.then("And of France?").temperature(0).maxTokens(8));
    assertEquals(4, next.messages().size());
    assertTrue(next.last().cachedTokens() > 0);
  }

  @Test
  void toolsAreCalledAndTheirAnswersTold() {
    List<Piece> pieces = Collections.synchronizedList(new ArrayList<>());
    Chat chat =
        Chat.of("?")
            .temperature(0)
            .maxTokens(60)
            .tool("weather", "The weather", Place.class, where -> "wet in " + where.place());
    Reply reply = caller().chat(chat, pieces::add, RunControl.NONE);
    assertEquals("It rains.", reply.text());
    assertEquals("wet in Ulm", reply.messages().get(2).content());
    assertEquals(List.of(), reply.calls());
    assertTrue(
        pieces.stream()
            .anyMatch(p ->
                p instanceof Piece.Told(var call, var said)
                    && call.call().name().equals("weather")
                    && said.equals("wet in Ulm")));
    assertEquals(new Piece.End(reply), pieces.getLast());
    assertEquals("No tools.", caller().chat(Chat.of("?").temperature(0)).text());
  }

  @Test
  void callsOfOtherToolsAreLeftToTheCaller() {
    Map<String, Object> function =
        Map.of("name", "weather", "parameters", RecordShape.of(Place.class).schema());
    Chat chat =
        Chat.of("?")
            .temperature(0)
            .maxTokens(60)
            .with("tools", List.of(Map.of("type", "function", "function", function)));
    Reply asked = caller().chat(chat);
    assertEquals("weather", asked.calls().getFirst().call().name());
    Chat told =
        Chat.of(asked.messages()).then(asked.calls().getFirst().result("wet")).temperature(0);
    assertEquals("It rains.", caller().chat(told).text());
  }

  @Test
  void answersAreRecords() {
    Place place = demo().chat(Chat.of(QUESTION).seed(3).maxTokens(200), Place.class);
    assertNotNull(place.place());
    InvalidRequestException cut =
        assertThrows(
            InvalidRequestException.class,
            () -> demo().chat(Chat.of(QUESTION).seed(3).maxTokens(2), Place.class));
    assertTrue(cut.getMessage().contains("max_tokens"), cut.getMessage());
  }

  @Test
  void recordsHaveSchemasAndAreRead() {
    RecordShape<Found> shape = RecordShape.of(Found.class);
    String json =
        "{\"name\":\"Ulm\",\"size\":-3,\"id\":5,\"height\":1.5,\"old\":true,\"kind\":\"TOWN\","
            + "\"near\":[{\"place\":\"a\"}],\"counts\":{\"x\":1}}";
    Found found = shape.read(json);
    assertEquals(
        new Found(
            "Ulm",
            -3,
            5,
            1.5,
            true,
            Kind.TOWN,
            List.of(new Place("a")),
            Map.of("x", 1),
            Optional.empty()),
        found);
    assertEquals(
        "[\"name\",\"size\",\"id\",\"height\",\"old\",\"kind\",\"near\",\"counts\"]",
        JsonWriter.json(shape.schema().getOrNull("required")).replace(" ", ""));
    assertThrows(InvalidRequestException.class, () -> shape.read("{\"name\":1}"));
    assertThrows(InvalidRequestException.class, () -> shape.read("[]"));
    InvalidRequestException wrong =
        assertThrows(InvalidRequestException.class, () -> RecordShape.of(Wrong.class));
    assertTrue(wrong.getMessage().startsWith("Wrong.anything is a java.lang.Object"));
  }

  @Test
  void aStreamAndAPublisherTellTheSame() throws Exception {
    Reply reply = demo().chat(greedy(QUESTION));
    StringBuilder streamed = new StringBuilder();
    try (Stream<Piece> pieces = demo().stream(greedy(QUESTION))) {
      pieces.forEach(piece -> {
        if (piece instanceof Piece.Text(String text)) {
          streamed.append(text);
        }
      });
    }
    assertEquals(reply.text(), streamed.toString());
    Taken taken = new Taken(Long.MAX_VALUE);
    demo().publish(greedy(QUESTION)).subscribe(taken);
    List<Piece> all = taken.all.get(30, TimeUnit.SECONDS);
    assertEquals(reply.text(), ((Piece.End) all.getLast()).reply().text());
  }

  @Test
  void whoeverStopsListeningEndsTheAnswer() throws Exception {
    Chat endless = Chat.of(QUESTION).maxTokens(400).with("ignore_eos", true);
    try (Stream<Piece> pieces = demo().stream(endless)) {
      assertTrue(pieces.findFirst().isPresent());
    }
    Taken taken = new Taken(1);
    demo().publish(endless).subscribe(taken);
    assertEquals(1, taken.all.get(30, TimeUnit.SECONDS).size());
    assertThrows(
        CancelledException.class,
        () ->
            demo()
                .chat(
                    endless,
                    piece -> {},
                    new RunControl() {
                      @Override
                      public boolean cancelled() {
                        return true;
                      }
                    }));
    assertFalse(demo().chat(greedy(QUESTION)).text().isEmpty()); // a slot is free
  }

  @Test
  void manyThreadsAskAtOnce() throws Exception {
    String alone = demo().chat(greedy(QUESTION)).text();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(threads.submit(() -> demo().chat(greedy(QUESTION)).text()));
      }
      for (Future<String> answer : answers) {
        assertEquals(alone, answer.get());
      }
    }
  }

  @Test
  void whatCannotBeAskedIsRefusedByName() {
    assertThrows(InvalidRequestException.class, () -> Chat.of("a").with("n", 2));
    assertThrows(InvalidRequestException.class, () -> Chat.of("a").with("top_p", new Object()));
    assertThrows(InvalidRequestException.class, () -> Chat.of("a").temperature(Double.NaN));
    InvalidRequestException unknown =
        assertThrows(
            InvalidRequestException.class, () -> demo().chat(Chat.of("a").with("topp", 0.5)));
    assertTrue(unknown.getMessage().contains("topp"), unknown.getMessage());
    assertThrows(ContextOverflowException.class, () -> demo().chat(greedy("word ".repeat(600))));
    assertThrows(InvalidRequestException.class, () -> ChordModel.of(demo().loaded(), 0));
    try (Stream<Piece> pieces = demo().stream(Chat.of("a").with("topp", 0.5))) {
      assertThrows(InvalidRequestException.class, pieces::toList);
    }
  }

  @Test
  void afterItsEndItSaysSo() throws IOException {
    ChordModel model =
        ChordModel.of(LoadedModel.builder(folder.resolve("demo.gguf")).threads(1).load(), 1);
    assertEquals(FinishReason.LENGTH, model.chat(greedy("a").maxTokens(1)).last().finish());
    model.close();
    assertThrows(ClosedException.class, () -> model.chat("a"));
    assertThrows(ClosedException.class, () -> model.embed("a"));
    assertThrows(ClosedException.class, () -> model.rerank("a", List.of("b")));
  }

  @Test
  void textsHaveVectors() {
    ChordModel.Vectors both = demo().embed(List.of("The sea", "A car"));
    assertEquals(2, both.all().size());
    assertTrue(both.tokens() > 3);
    assertArrayEquals(both.all().getFirst(), demo().embed("The sea"));
  }

  /** Takes pieces, and cancels after so many. */
  private static final class Taken implements Flow.Subscriber<Piece> {
    private final CompletableFuture<List<Piece>> all = new CompletableFuture<>();
    private final List<Piece> pieces = new ArrayList<>();
    private final long most;
    private Flow.@Nullable Subscription subscription;

    Taken(long most) {
      this.most = most;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(1);
    }

    @Override
    public void onNext(Piece piece) {
      pieces.add(piece);
      if (pieces.size() >= most) {
        Objects.requireNonNull(subscription).cancel();
        all.complete(pieces);
      } else {
        Objects.requireNonNull(subscription).request(1);
      }
    }

    @Override
    public void onError(Throwable e) {
      all.completeExceptionally(e);
    }

    @Override
    public void onComplete() {
      all.complete(pieces);
    }
  }
}
