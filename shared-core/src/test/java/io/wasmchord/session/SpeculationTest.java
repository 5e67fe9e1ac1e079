package io.wasmchord.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.ReferenceData;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.constraint.Language;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.DraftMismatchException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonReader;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.config.NextTokenHead;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.AdaptiveOptions;
import io.wasmchord.sampling.DryOptions;
import io.wasmchord.sampling.LogitBias;
import io.wasmchord.sampling.MirostatOptions;
import io.wasmchord.sampling.PenaltyOptions;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.sampling.TemperatureOptions;
import io.wasmchord.sampling.XtcOptions;
import io.wasmchord.session.speculation.Draft;
import io.wasmchord.session.speculation.SpeculationOptions;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers with tokens that are proposed ahead of the model are those without, bit for bit. */
class SpeculationTest {
  private static final Clock STILL = () -> 0; // by it, proposals always pay

  private static final SpeculationOptions EAGER =
      new SpeculationOptions(SpeculationOptions.Kind.LOOKUP, 1, 5, "");

  private record Loaded(Model model, Tokenizer tokenizer) {
    static Loaded of(HeapWeights source) {
      GgufFile file = GgufReader.parse(source.bytes(), source.size(), source.name());
      Model model =
          ModelLoader.load(
              file,
              source,
              new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
              16,
              RunControl.NONE);
      return new Loaded(model, Tokenizers.of(file.metadata()));
    }

    Session session(int context) {
      return new Session(model, tokenizer, context, STILL);
    }

    /** A session for which the model proposes to itself. */
    Session drafted(int context) {
      Draft draft = Draft.of("it", model, tokenizer, "itself", tokenizer);
      return new Session(model, tokenizer, context, CacheOptions.of(KvType.F32), STILL, draft);
    }
  }

  private static GenerationResult answer(Session session, int[] prompt, GenerationOptions options) {
    return session.generate(prompt, options, text -> true, RunControl.NONE);
  }

  private static void assertSame(GenerationResult expected, GenerationResult actual) {
    assertArrayEquals(expected.tokens(), actual.tokens());
    assertEquals(expected.text(), actual.text());
    assertEquals(expected.finish(), actual.finish());
  }

  private static GenerationOptions options(int tokens, SamplerOptions sampling) {
    return new GenerationOptions(tokens, List.of(), sampling, true);
  }

  /** Prompts that repeat themselves, and go on from what the session has. */
  private static int[] prompt(int from, int to) {
    int[] prompt = new int[to];
    for (int i = 0; i < to; i++) {
      prompt[i] = (i < from ? 3 * (i % 7) : 5 * (i % 4)) % 40;
    }
    return prompt;
  }

  /** Some of each kind of memory: all positions, windows, convolutions, latents, states. */
  static List<String> names() {
    Predicate<String> wanted =
        Pattern.compile(
                "gemma2|gemma3|lfm2.*|exaone4 with"
                    + " windows|llama4|mixtral|mamba2?|rwkv7|qwen35|kimi.*|t5")
            .asMatchPredicate();
    List<String> all = TinyFiles.names();
    return IntStream.range(0, all.size())
        .filter(i -> i % 12 == 0 || wanted.test(all.get(i)))
        .mapToObj(all::get)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyModelAnswersAsWithoutProposals(String name) {
    Loaded loaded = Loaded.of(TinyFiles.file(name, 64));
    SamplerOptions sampled = SamplerOptions.defaults(11).withTemperature(TemperatureOptions.of(2f));
    boolean encodes = loaded.model.config().stacks().decodes();
    try (Model _ = loaded.model;
        Session plain = loaded.session(64);
        Session lookup = loaded.session(64);
        Session drafted = encodes ? loaded.session(64) : loaded.drafted(64)) {
      int proposed = 0;
      for (SamplerOptions sampling : List.of(SamplerOptions.greedy(), sampled)) {
        for (int[] prompt : List.of(prompt(0, 14), prompt(14, 30))) {
          GenerationOptions options = options(16, sampling);
          GenerationResult expected = answer(plain, prompt, options);
          GenerationResult found = answer(lookup, prompt, options.withSpeculation(EAGER));
          assertSame(expected, found);
          proposed += found.proposals().drafted();
          if (!encodes) {
            GenerationResult own =
                answer(drafted, prompt, options.withSpeculation(SpeculationOptions.DRAFT));
            assertSame(expected, own);
            assertTrue(own.proposals().drafted() > 0);
            if (sampling != sampled) {
              assertEquals(0, own.proposals().rejected());
            }
          }
        }
      }
      assertTrue(proposed > 0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"stories260K-f32.gguf", "stories260K-f16.gguf", "stories260K-q8_0.gguf", "demo"})
  void referenceModelsTellTheSameStories(String file) {
    ReferenceData.models("stories260K.expected.json");
    Loaded loaded =
        Loaded.of(
            file.equals("demo") ? DemoModel.file() : HeapWeights.read(ReferenceData.models(file)));
    String told =
        "Once upon a time there was a little girl named Lily. She loved to play with her toys. ";
    int[] prompt = loaded.tokenizer.encode(told + told, true, false);
    int accepted = 0;
    try (Session plain = loaded.session(256);
        Session lookup = loaded.session(256);
        Session predicted = loaded.session(256)) {
      for (SamplerOptions sampling : List.of(SamplerOptions.greedy(), SamplerOptions.defaults(3))) {
        GenerationOptions options = options(40, sampling);
        GenerationResult expected = answer(plain, prompt, options);
        GenerationResult found = answer(lookup, prompt, options.withSpeculation(EAGER));
        assertSame(expected, found);
        GenerationResult guessed =
            answer(
                predicted,
                prompt,
                options.withSpeculation(SpeculationOptions.LOOKUP.withPrediction(expected.text())));
        assertSame(expected, guessed);
        assertTrue(guessed.proposals().accepted() > 10, guessed.proposals().toString());
        accepted += found.proposals().accepted();
      }
    }
    assertTrue(accepted > 0, accepted + " accepted");
  }

  private static Loaded story() {
    return Loaded.of(HeapWeights.read(ReferenceData.models("stories260K-q8_0.gguf")));
  }

  @Test
  void everySamplersStateIsThatOfPlainDecoding() {
    Loaded loaded = story();
    int[] prompt = loaded.tokenizer.encode("One day a cat and a cat and a cat", true, false);
    SamplerOptions usual = SamplerOptions.defaults(8);
    List<SamplerOptions> samplings =
        List.of(
            usual.withMirostat(new MirostatOptions(1, 3f, 0.2f)),
            usual.withMirostat(new MirostatOptions(2, 3f, 0.2f)),
            usual.withAdaptive(new AdaptiveOptions(0.4f, 0.8f)),
            usual.withDry(DryOptions.of(0.8f)),
            usual.withXtc(new XtcOptions(0.5f, 0.1f)),
            usual.withPenalties(new PenaltyOptions(1.2f, 0.3f, 0.2f, 16)),
            usual.withBias(List.of(new LogitBias.OfToken(prompt[2], 3f))),
            SamplerOptions.greedy().withPenalties(new PenaltyOptions(1.3f, 0f, 0f, 8)));
    try (Session plain = loaded.session(128);
        Session lookup = loaded.session(128);
        Session drafted = loaded.drafted(128)) {
      int drafts = 0;
      for (SamplerOptions sampling : samplings) {
        GenerationOptions options =
            new GenerationOptions(30, List.of("zebra"), sampling).withMinTokens(25);
        GenerationResult expected = answer(plain, prompt, options);
        GenerationResult found = answer(lookup, prompt, options.withSpeculation(EAGER));
        assertSame(expected, found);
        GenerationOptions with = options.withSpeculation(SpeculationOptions.DRAFT);
        assertSame(expected, answer(drafted, prompt, with));
        drafts += found.proposals().drafted();
      }
      assertTrue(drafts > 20, drafts + " drafted");
    }
  }

  @Test
  void answersThatMustHaveAFormHaveIt() {
    Loaded loaded = story();
    Language language =
        Language.jsonSchema(
            JsonReader.parse(
                """
                {"type": "array", "items": {"type": "object",
                  "properties": {"animal": {"enum": ["cat", "dog"]}, "age_in_years": {"type": "integer", "maximum": 99}},
                  "required": ["animal", "age_in_years"], "additionalProperties": false},
                 "minItems": 3, "maxItems": 4}
                """),
            SchemaOptions.DEFAULT);
    int[] prompt = loaded.tokenizer.encode("Animals:", true, false);
    try (Session plain = loaded.session(256);
        Session lookup = loaded.session(256)) {
      for (SamplerOptions sampling : List.of(SamplerOptions.greedy(), SamplerOptions.defaults(4))) {
        GenerationOptions options = new GenerationOptions(200, List.of(), sampling).with(language);
        GenerationResult found = answer(lookup, prompt, options.withSpeculation(EAGER));
        assertSame(answer(plain, prompt, options), found);
        assertTrue(found.proposals().accepted() > 0);
      }
    }
  }

  @Test
  void everyLimitCutsTheSameAnswer() {
    Loaded loaded = Loaded.of(TinyFiles.file("llama", 64));
    int[] prompt = prompt(0, 14);
    try (Session plain = loaded.session(48);
        Session drafted = loaded.drafted(48)) {
      GenerationResult whole = answer(plain, prompt, options(200, SamplerOptions.greedy()));
      assertEquals(34, whole.tokens().length);
      for (int most = 0; most < 37; most++) {
        GenerationOptions options = options(most, SamplerOptions.greedy());
        GenerationResult found =
            answer(drafted, prompt, options.withSpeculation(SpeculationOptions.DRAFT));
        assertSame(answer(plain, prompt, options), found);
        assertEquals(0, found.proposals().rejected());
      }
    }
  }

  @Test
  void aListenerEndsTheAnswerInTheMiddleOfAProposal() {
    Loaded loaded = story();
    int[] prompt = loaded.tokenizer.encode("Once upon a time", true, false);
    GenerationOptions options = options(40, SamplerOptions.greedy());
    try (Session plain = loaded.session(128);
        Session drafted = loaded.drafted(128)) {
      for (int heard = 1; heard < 12; heard++) {
        int[] left = {heard, heard};
        GenerationResult expected =
            plain.generate(prompt, options, text -> --left[0] > 0, RunControl.NONE);
        GenerationResult found =
            drafted.generate(
                prompt,
                options.withSpeculation(SpeculationOptions.DRAFT),
                text -> --left[1] > 0,
                RunControl.NONE);
        assertSame(expected, found);
        assertEquals(FinishReason.LISTENER, found.finish());
      }
    }
  }

  @Test
  void inABatchOfSeveralSequencesTheAnswersAreTheSame() {
    Loaded loaded = story();
    int[] prompt = loaded.tokenizer.encode("a cat and a cat and a cat and", true, false);
    GenerationOptions options = options(30, SamplerOptions.defaults(2));
    try (Session plain = loaded.session(128);
        Session one = loaded.session(128);
        Session two = loaded.drafted(128)) {
      GenerationBatch batch = new GenerationBatch();
      List<Generation> all =
          List.of(
              one.start(prompt, options.withSpeculation(EAGER)),
              two.start(prompt, options.withSpeculation(SpeculationOptions.DRAFT)));
      all.forEach(g -> batch.add(g, text -> true));
      while (batch.size() > 0) {
        batch.step(RunControl.NONE);
      }
      GenerationResult expected = answer(plain, prompt, options);
      for (Generation generation : all) {
        assertSame(expected, generation.result());
        assertTrue(generation.result().proposals().drafted() > 0);
      }
    }
  }

  @Test
  void withoutADraftModelNoneIsAsked() {
    Loaded loaded = Loaded.of(TinyFiles.file("llama", 64));
    try (Session session = loaded.session(48)) {
      GenerationOptions options =
          options(5, SamplerOptions.greedy()).withSpeculation(SpeculationOptions.DRAFT);
      InvalidRequestException e =
          assertThrows(InvalidRequestException.class, () -> session.start(prompt(0, 3), options));
      assertTrue(e.getMessage().contains("no draft model"), e.getMessage());
    }
  }

  @Test
  void aDraftModelWithOtherTokensIsRefusedByBothNames() {
    Loaded tiny = Loaded.of(TinyFiles.file("llama", 64));
    Loaded stories = story();
    DraftMismatchException e =
        assertThrows(
            DraftMismatchException.class,
            () ->
                Draft.of(
                    "small.gguf", tiny.model, tiny.tokenizer, "large.gguf", stories.tokenizer));
    assertEquals("draft_mismatch", e.code());
    assertTrue(
        e.getMessage().contains("small.gguf cannot propose tokens for large.gguf: its token 0"),
        e.getMessage());
  }

  @Test
  void anEncoderIsNoDraftModel() {
    Loaded loaded = Loaded.of(TinyFiles.file("t5", 64));
    Tokenizer same = loaded.tokenizer;
    assertThrows(DraftMismatchException.class, () -> Draft.of("a", loaded.model, same, "b", same));
  }

  /** Without copies of their states recurrent layers take no token back, so none is proposed. */
  @Test
  void withoutCopiesOfStatesNothingIsProposed() {
    Loaded loaded = Loaded.of(TinyFiles.file("mamba", 64));
    CacheOptions none = new CacheOptions(KvType.F32, 0, 1);
    try (Session session = new Session(loaded.model, loaded.tokenizer, 64, none, STILL)) {
      GenerationResult found =
          answer(
              session, prompt(0, 14), options(16, SamplerOptions.greedy()).withSpeculation(EAGER));
      assertEquals(0, found.proposals().drafted());
    }
  }

  /** However few copies of states there are, and however near, what is fed again is the same. */
  @Test
  void anyNumberOfCopiesGivesTheSameAnswers() {
    for (String name : List.of("mamba", "qwen35")) {
      Loaded loaded = Loaded.of(TinyFiles.file(name, 96));
      GenerationOptions options = options(40, SamplerOptions.defaults(5));
      try (Session plain = loaded.session(96)) {
        GenerationResult expected = answer(plain, prompt(0, 14), options);
        for (CacheOptions kept :
            List.of(new CacheOptions(KvType.F32, 1, 1), new CacheOptions(KvType.F32, 2, 7))) {
          try (Session lookup = new Session(loaded.model, loaded.tokenizer, 96, kept, STILL)) {
            GenerationResult found = answer(lookup, prompt(0, 14), options.withSpeculation(EAGER));
            assertSame(expected, found);
            assertTrue(found.proposals().rejected() > 0);
          }
        }
      }
    }
  }

  /** Drafts of a model whose context is shorter end with it; the answer goes on. */
  @Test
  void aDraftModelMayHaveAShorterContext() {
    Loaded loaded = Loaded.of(TinyFiles.file("llama", 96));
    Loaded shorter = Loaded.of(TinyFiles.file("llama", 32));
    Draft draft = Draft.of("short", shorter.model, shorter.tokenizer, "long", loaded.tokenizer);
    GenerationOptions options = options(70, SamplerOptions.greedy());
    try (Session plain = loaded.session(96);
        Session drafted =
            new Session(
                loaded.model, loaded.tokenizer, 96, CacheOptions.of(KvType.F32), STILL, draft)) {
      GenerationResult found =
          answer(drafted, prompt(0, 20), options.withSpeculation(SpeculationOptions.DRAFT));
      assertSame(answer(plain, prompt(0, 20), options), found);
      assertTrue(found.proposals().drafted() > 0 && found.proposals().drafted() < 13);
    }
  }

  @Test
  void closingASessionGivesTheDraftsCacheBack() {
    Loaded loaded = Loaded.of(TinyFiles.file("llama", 64));
    Session session = loaded.drafted(48);
    GenerationOptions options =
        options(5, SamplerOptions.greedy()).withSpeculation(SpeculationOptions.DRAFT);
    answer(session, prompt(0, 14), options);
    session.close();
    session.close();
    assertThrows(ClosedException.class, () -> answer(session, prompt(0, 14), options));
  }

  /** A model's own head proposes; answers stay those without it. */
  @ParameterizedTest
  @ValueSource(strings = {"glm4moe with norms of heads", "qwen35 with a block that predicts on"})
  void aModelsOwnHeadProposes(String name) {
    HeapWeights source = TinyFiles.file(name, 64);
    GgufFile file = GgufReader.parse(source.bytes(), source.size(), source.name());
    Loaded loaded = Loaded.of(source);
    Model head =
        ModelLoader.load(
            NextTokenHead.of(file),
            source,
            new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
            8,
            RunControl.NONE);
    SamplerOptions sampled = SamplerOptions.defaults(11).withTemperature(TemperatureOptions.of(2f));
    try (Session plain = loaded.session(64);
        Session own =
            new Session(
                loaded.model,
                loaded.tokenizer,
                64,
                CacheOptions.of(KvType.F32),
                STILL,
                Draft.ofHead(head))) {
      for (SamplerOptions sampling : List.of(SamplerOptions.greedy(), sampled)) {
        for (int[] prompt : List.of(prompt(0, 30), prompt(14, 40))) {
          GenerationOptions options = options(16, sampling);
          GenerationResult found =
              answer(own, prompt, options.withSpeculation(SpeculationOptions.DRAFT));
          assertSame(answer(plain, prompt, options), found);
          assertTrue(found.proposals().drafted() > 0);
        }
      }
    }
  }
}
