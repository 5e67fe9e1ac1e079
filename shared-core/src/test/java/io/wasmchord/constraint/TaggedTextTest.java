package io.wasmchord.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Free text with constrained parts. */
class TaggedTextTest {
  private static Language.Part call(String name, String schema) {
    Language content = Language.jsonSchema(JsonReader.parse(schema), SchemaOptions.DEFAULT);
    return new Language.Part("<call:" + name + ">", content, "</call>");
  }

  private static final List<Language.Part> CALLS =
      List.of(call("add", "{\"type\": \"array\"}"), call("ask", "{\"type\": \"string\"}"));

  @Test
  void textIsFreeOutsideOfParts() {
    Language language = Language.tagged(CALLS, List.of("<call:"), false, false);
    for (String text :
        List.of(
            "",
            "any <text> <cal <<call",
            "well, <call:add>[1, 2]</call> and <<call:ask>\"why?\"</call>",
            "<call:ask>\"</call>\"</call>")) {
      assertTrue(Acceptance.accepts(language, text), text);
    }
    for (String text :
        List.of("<call:", "<call:other>", "<call:add>\"a\"</call>", "<call:add>[1]", "a<call:x")) {
      assertFalse(Acceptance.accepts(language, text), text);
    }
  }

  @Test
  void onePartMayBeNeeded() {
    Language language = Language.tagged(CALLS, List.of("<call:a"), true, true);
    assertFalse(Acceptance.accepts(language, "no call"));
    assertTrue(Acceptance.accepts(language, "so: <call:ask>\"?\"</call>"));
    assertFalse(Acceptance.accepts(language, "<call:ask>\"?\"</call> more"));
  }

  @Test
  void partsBeginWithTriggers() {
    assertThrows(
        InvalidRequestException.class,
        () -> Language.tagged(CALLS, List.of("<tool>"), false, false));
  }

  @Test
  void reasoningStaysFree() {
    Language answer = Language.pattern("yes|no", "");
    Language either = answer.perhapsAfter("<think>", "</think>");
    for (String text : List.of("yes", "<think>Is it </thin?</think>\n\nno", "<think></think>yes")) {
      assertTrue(Acceptance.accepts(either, text), text);
    }
    for (String text : List.of("<think>yes", "perhaps", "<think>a</think>maybe", "<thin")) {
      assertFalse(Acceptance.accepts(either, text), text);
    }
    assertTrue(Acceptance.accepts(answer.after("</think>"), "it is so</think>yes"));
    assertFalse(Acceptance.accepts(answer.after("</think>"), "yes"));
  }

  @Test
  void forcedBytesAreTheOnlyWayOn() {
    Language language =
        Language.jsonSchema(
            JsonReader.parse(
                "{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\"}, \"on\":"
                    + " {\"const\": true}}, \"required\": [\"name\", \"on\"],"
                    + " \"additionalProperties\": false}"),
            SchemaOptions.DEFAULT.with(Whitespace.SPACED));
    ConstraintState state = new TokenConstraint(language, SmallVocabulary.TOKENS).start();
    assertEquals("{\"name\": \"", text(state.forced()));
    state.accept(state.forced());
    assertEquals("", text(state.forced()));
    state.accept("Ada\"".getBytes(StandardCharsets.UTF_8));
    assertEquals(", \"on\": true}", text(state.forced()));
    state.accept(state.forced());
    assertTrue(state.isFinished());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
