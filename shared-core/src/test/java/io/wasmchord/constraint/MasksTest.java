package io.wasmchord.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.constraint.schema.PropertyOrder;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Masks say of each token what reading its bytes says. */
class MasksTest {
  private static final String SCHEMA =
      """
      {"type": "object",
       "properties": {
         "name": {"type": "string", "maxLength": 40},
         "abc": {"type": "array", "items": {"anyOf": [{"type": "number"}, {"$ref": "#"}]}},
         "é": {"type": "string", "pattern": "^[a-z0-9]+x$"},
         "free": {}},
       "required": ["name"],
       "additionalProperties": {"type": "integer"}}
      """;

  private static List<Language> languages() {
    List<Language> all = new ArrayList<>();
    for (PropertyOrder order : PropertyOrder.values()) {
      for (Whitespace whitespace : Whitespace.values()) {
        all.add(
            Language.jsonSchema(
                JsonReader.parse(SCHEMA), SchemaOptions.DEFAULT.with(order).with(whitespace)));
      }
    }
    all.add(Language.json(Whitespace.FLEXIBLE));
    all.add(Language.jsonObject(Whitespace.NONE));
    all.add(Language.grammar("root ::= \"a\" root \"b\" | [^a]{1,40} \"x\" | \"ab\""));
    all.add(Language.pattern("([a-z]+ ?)*\\d{2,}[\\s\\S]*", ""));
    Language.Part part = new Language.Part("{\"", Language.pattern("[a-z]*\"", ""), "}");
    all.add(Language.tagged(List.of(part), List.of("{\""), false, false));
    all.add(Language.json(Whitespace.NONE).perhapsAfter("a\"", "}"));
    return all;
  }

  @Test
  void masksAreWhatBytesAllow() {
    Random random = new Random(7);
    for (Language language : languages()) {
      TokenConstraint constraint = new TokenConstraint(language, SmallVocabulary.TOKENS);
      for (int walk = 0; walk < 12; walk++) {
        compare(constraint, language, random);
      }
    }
  }

  private static void compare(TokenConstraint constraint, Language language, Random random) {
    ConstraintState state = constraint.start();
    long[] mask = new long[SmallVocabulary.TOKENS.words()];
    for (int step = 0; step < 60 && !state.isFinished(); step++) {
      state.mask(mask);
      List<Integer> allowed = new ArrayList<>();
      for (int id = 0; id < SmallVocabulary.TOKENS.size(); id++) {
        boolean has = SmallVocabulary.has(mask, id);
        assertEquals(state.allows(id), has, "token " + id);
        if (has && id != SmallVocabulary.END) {
          allowed.add(id);
        }
      }
      assertEquals(state.isComplete(), SmallVocabulary.has(mask, SmallVocabulary.END));
      assertFalse(allowed.isEmpty(), "a dead end in " + language);
      ConstraintState copy = state.copy();
      copy.accept(allowed.getFirst());
      state.accept(allowed.get(random.nextInt(allowed.size())));
    }
  }

  @Test
  void nothingComesAfterTheEnd() {
    TokenConstraint constraint =
        new TokenConstraint(Language.pattern("a+", ""), SmallVocabulary.TOKENS);
    ConstraintState state = constraint.start();
    assertFalse(state.allows(SmallVocabulary.END));
    state.accept('a');
    assertTrue(state.allows(SmallVocabulary.END));
    float[] logits = new float[SmallVocabulary.TOKENS.size() + 5];
    state.mask(logits);
    for (int id = 0; id < logits.length; id++) {
      boolean open = id == 'a' || id == SmallVocabulary.END;
      assertEquals(open ? 0f : Float.NEGATIVE_INFINITY, logits[id], "token " + id);
    }
    state.accept(SmallVocabulary.END);
    assertFalse(state.allows('a'));
    state.mask(logits);
    assertEquals(Float.NEGATIVE_INFINITY, logits['a']);
  }

  @Test
  void threadsShareAConstraint() throws InterruptedException {
    TokenConstraint constraint =
        new TokenConstraint(Language.json(Whitespace.NONE), SmallVocabulary.TOKENS);
    List<String> texts = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                String text = SmallVocabulary.walk(constraint, new Random(3), 5000);
                synchronized (texts) {
                  texts.add(String.valueOf(text));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(4, texts.size());
    assertEquals(1, texts.stream().distinct().count());
  }
}
