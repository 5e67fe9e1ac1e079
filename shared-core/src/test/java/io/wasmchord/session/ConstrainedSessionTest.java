package io.wasmchord.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.constraint.Language;
import io.wasmchord.constraint.TokenConstraint;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.ForwardingModel;
import io.wasmchord.model.Model;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers of the demo model that must have a form. */
class ConstrainedSessionTest {
  private static final String SCHEMA =
      """
      {"type": "object",
       "properties": {
         "hero_of_the_story": {"type": "string", "maxLength": 20},
         "age": {"type": "integer", "minimum": 0, "maximum": 150},
         "friends": {"type": "array", "items": {"enum": ["cat", "dog", "fox"]}, "maxItems": 3}},
       "required": ["hero_of_the_story", "age", "friends"],
       "additionalProperties": false}
      """;

  private static Session session;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    HeapWeights weights = DemoModel.file();
    GgufFile file = GgufReader.parse(weights.bytes(), weights.size(), weights.name());
    tokenizer = Tokenizers.of(file.metadata());
    Model model =
        ModelLoader.load(
            file,
            weights,
            new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
            32,
            RunControl.NONE);
    session = new Session(model, tokenizer, 256, Clock.system());
  }

  private static GenerationResult answer(
      @Nullable Language language, SamplerOptions sampling, int most) {
    int[] prompt = tokenizer.encode("Once upon a time", true, false);
    GenerationOptions options = new GenerationOptions(most, List.of(), sampling).with(language);
    return session.generate(prompt, options, text -> true, RunControl.NONE);
  }

  @Test
  void sessionsOfAModelShareWhatIsKnownOfItsVocabulary() {
    assertSame(Constraints.of(tokenizer), Constraints.of(tokenizer));
  }

  @Test
  void answersAreWhatTheSchemaAllows() {
    Language language = Language.jsonSchema(JsonReader.parse(SCHEMA), SchemaOptions.DEFAULT);
    for (long seed = 0; seed < 4; seed++) {
      SamplerOptions sampling = seed == 0 ? SamplerOptions.greedy() : SamplerOptions.defaults(seed);
      GenerationResult result = answer(language, sampling, 200);
      assertEquals(FinishReason.STOP, result.finish(), result.text());
      JsonObject value = (JsonObject) JsonReader.parse(result.text());
      assertEquals(List.of("hero_of_the_story", "age", "friends"), value.keys());
      long age = ((JsonValue.Int) value.getOrNull("age")).value();
      assertTrue(age >= 0 && age <= 150, result.text());
    }
  }

  @Test
  void whatIsForcedIsTheSameAsWhatIsChosen() {
    Language language = Language.grammar("root ::= \"The little cat and the dog went home.\"");
    GenerationResult result = answer(language, SamplerOptions.greedy(), 100);
    assertEquals("The little cat and the dog went home.", result.text());
    assertEquals(FinishReason.STOP, result.finish());
  }

  /** Also where the tokenizer sets a space before a text, as this model's does. */
  @Test
  void forcedTextIsCutIntoItsTokens() throws Exception {
    String text = "{\"name of it\": ";
    Language language = Language.grammar("root ::= \"" + text.replace("\"", "\\\"") + "\" [0-9]");
    TokenBytes vocabulary = TokenBytes.of(tokenizer, Set.of(), Set.of());
    int[] forced =
        ForcedTokens.of(new TokenConstraint(language, vocabulary).start(), tokenizer, Set.of());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : forced) {
      bytes.write(tokenizer.bytes(id, false));
    }
    String cut = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(cut.length() > text.length() / 2 && text.startsWith(cut), "'" + cut + "'");
  }

  /** How many tokens each step feeds. */
  private static final class Fed extends ForwardingModel {
    private final List<Integer> steps = new ArrayList<>();

    Fed(Model model) {
      super(model);
    }

    @Override
    public float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted) {
      steps.add(tokens.length);
      return model().forward(tokens, position, cache, wanted);
    }
  }

  /** Keys of many tokens are the only way on: the model is gone through once for each. */
  @Test
  void forcedTextIsFedInOneBatch() {
    String schema =
        """
        {"type": "object",
         "properties": {
           "the_name_of_the_little_animal": {"enum": ["cat", "dog"]},
           "the_place_where_it_likes_to_sleep": {"enum": ["bed", "sofa"]}},
         "required": ["the_name_of_the_little_animal", "the_place_where_it_likes_to_sleep"],
         "additionalProperties": false}
        """;
    Language language =
        Language.jsonSchema(JsonReader.parse(schema), SchemaOptions.DEFAULT.with(Whitespace.NONE));
    Fed counted = new Fed(session.model());
    int[] prompt = tokenizer.encode("A story: ", true, false);
    for (SamplerOptions sampling : List.of(SamplerOptions.greedy(), SamplerOptions.defaults(3))) {
      counted.steps.clear();
      try (Session own = new Session(counted, tokenizer, 256, Clock.system())) {
        GenerationOptions options = new GenerationOptions(200, List.of(), sampling).with(language);
        GenerationResult result = own.generate(prompt, options, text -> true, RunControl.NONE);
        assertEquals(FinishReason.STOP, result.finish(), result.text());
        int answer = result.tokens().length;
        int most = counted.steps.stream().skip(1).mapToInt(n -> n).max().orElse(0);
        assertTrue(answer >= 50 && most >= 20, result.text());
        assertTrue(counted.steps.size() <= 1 + 6, counted.steps.toString()); // the prompt is one
      }
    }
  }

  @Test
  void withoutALanguageNothingChanges() {
    String plain = answer(null, SamplerOptions.greedy(), 12).text();
    assertEquals(plain, answer(null, SamplerOptions.greedy(), 12).text());
    Language any = Language.pattern("[\\s\\S]*", "");
    assertEquals(plain, answer(any, SamplerOptions.greedy(), 12).text());
  }
}
