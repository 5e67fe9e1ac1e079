package io.wasmchord.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.constraint.schema.PropertyOrder;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.errors.ConstraintLimitException;
import io.wasmchord.errors.UnenforceableSchemaException;
import io.wasmchord.json.JsonReader;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Schemas: options, errors, and bounds. */
class SchemaTest {
  private static final SchemaOptions OPTIONS = SchemaOptions.DEFAULT;

  private static Language of(String schema, SchemaOptions options) {
    return Language.jsonSchema(JsonReader.parse(schema.replace('\'', '"')), options);
  }

  private static boolean accepts(String schema, SchemaOptions options, String text) {
    return Acceptance.accepts(of(schema, options), text.replace('\'', '"'));
  }

  private static final String PAIR =
      "{'type':'object','properties':{'b':{'type':'null'},'a':{'type':'null'}},'required':['a']}";

  @Test
  void propertiesComeInAnOrder() {
    SchemaOptions free = OPTIONS.with(PropertyOrder.FREE);
    String swapped = "{'a': null, 'b': null}";
    assertFalse(accepts(PAIR, OPTIONS, swapped));
    assertTrue(accepts(PAIR, free, swapped));
    assertTrue(accepts(PAIR, OPTIONS, "{'b': null, 'a': null, 'c': 1}"));
    assertFalse(accepts(PAIR, OPTIONS, "{'c': 1, 'a': null}"));
    assertTrue(accepts(PAIR, free, "{'c': 1, 'a': null}"));
    assertFalse(accepts(PAIR, free, "{'a': null, 'a': null}"), "twice");
    assertFalse(accepts(PAIR, free, "{'\\u0061': null, 'a': null}"), "twice, once escaped");
  }

  @Test
  void whitespaceIsAPolicy() {
    String[] texts = {
      "{'a':null}", "{'a': null}", "{\n  'a': null\n}", "{'a':  null}", "{'a' :null}"
    };
    boolean[][] allowed = {
      {true, false, false, false, false},
      {false, true, false, false, false},
      {true, true, true, false, false}
    };
    for (Whitespace whitespace : Whitespace.values()) {
      for (int i = 0; i < texts.length; i++) {
        assertEquals(
            allowed[whitespace.ordinal()][i],
            accepts(PAIR, OPTIONS.with(whitespace), texts[i]),
            whitespace + " " + texts[i]);
      }
    }
  }

  @Test
  void whatCannotBeEnforcedIsNamed() {
    String schema =
        "{'properties':{'x/y':{'type':'array','uniqueItems':true,'maxItems':2}},'required':['x/y']}";
    UnenforceableSchemaException e =
        assertThrows(UnenforceableSchemaException.class, () -> of(schema, OPTIONS));
    assertEquals("uniqueItems", e.keyword());
    assertEquals("/properties/x~1y", e.pointer());
    SchemaOptions ignoring = OPTIONS.ignoringUnenforceable(true);
    assertTrue(accepts(schema, ignoring, "{'x/y': [1, 1]}"));
    assertFalse(accepts(schema, ignoring, "{'x/y': [1, 1, 1]}"));
    UnenforceableSchemaException pattern =
        assertThrows(UnenforceableSchemaException.class, () -> of("{'pattern':'(?=a)'}", OPTIONS));
    assertEquals("pattern", pattern.keyword());
    assertThrows(UnenforceableSchemaException.class, () -> of("{'$ref':'#'}", OPTIONS));
    assertThrows(UnenforceableSchemaException.class, () -> of("{'$ref':'http://x/y'}", OPTIONS));
    assertThrows(UnenforceableSchemaException.class, () -> of("{'type':'text'}", OPTIONS));
    assertThrows(UnenforceableSchemaException.class, () -> of("false", OPTIONS));
    assertThrows(
        UnenforceableSchemaException.class,
        () -> of("{'type':'object','required':['n'],'properties':{'n':{'$ref':'#'}}}", OPTIONS));
  }

  @Test
  void manyPropertiesInAnyOrderCostNoMore() {
    StringBuilder properties = new StringBuilder();
    StringBuilder required = new StringBuilder();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      properties.append(i == 0 ? "" : ",").append("'p").append(i).append("':{'type':'integer'}");
      required.append(i == 0 ? "" : ",").append("'p").append(i).append("'");
      text.insert(0, "'p" + i + "': 1" + (i == 0 ? "" : ", "));
    }
    String schema =
        "{'type':'object','properties':{"
            + properties
            + "},'required':["
            + required
            + "],'additionalProperties':false}";
    SchemaOptions free = OPTIONS.with(PropertyOrder.FREE);
    assertTrue(accepts(schema, free, "{" + text + "}"));
    assertFalse(accepts(schema, free, "{" + text.substring(text.indexOf(",") + 2) + "}"));
    Language language = of(schema, free);
    TokenConstraint constraint = new TokenConstraint(language, SmallVocabulary.TOKENS);
    assertTrue(SmallVocabulary.walk(constraint, new Random(1), 50_000) != null);
  }

  @Test
  void countsAreNotCountedOut() {
    String schema =
        "{'type':'object','properties':{'a':{'type':'string','minLength':90000,'maxLength':100000},"
            + "'b':{'type':'array','items':{'type':'null'},'minItems':5,'maxItems':1000000}},"
            + "'required':['a','b']}";
    Language language = of(schema, OPTIONS);
    String a = "{\"a\": \"" + "é".repeat(90_000) + "\", \"b\": [";
    assertTrue(Acceptance.accepts(language, a + "null,".repeat(4) + "null]}"));
    assertFalse(Acceptance.accepts(language, a + "null,".repeat(3) + "null]}"));
  }

  @Test
  void hostileSchemasEnd() {
    String deep = "{'not':".repeat(60) + "{}" + "}".repeat(60);
    StringBuilder oneOf = new StringBuilder("{'oneOf':[");
    StringBuilder anyOf = new StringBuilder("{'anyOf':[");
    for (int i = 0; i < 3000; i++) {
      oneOf
          .append(i == 0 ? "" : ",")
          .append("{'properties':{'p")
          .append(i)
          .append("':{'type':'null'}}}");
      anyOf.append(i == 0 ? "" : ",").append("{'const':'w").append(i).append("'}");
    }
    of(anyOf + "]}", OPTIONS);
    String doubling = "{'$defs':{'a0':{}";
    for (int i = 1; i < 40; i++) {
      String before = "{'$ref':'#/$defs/a" + (i - 1) + "'}";
      doubling +=
          ",'a"
              + i
              + "':{'anyOf':[{'properties':{'x"
              + i
              + "':{}}},{'minProperties':"
              + i
              + "}],'allOf':["
              + before
              + ","
              + before
              + "]}";
    }
    String[] schemas = {
      deep,
      oneOf + "]}",
      doubling + "},'$ref':'#/$defs/a39'}",
      "{'pattern':'(a|b)*a(a|b){30}'}",
      "{'pattern':'((a{1,1000}){1,1000}){1,1000}'}",
      "{'multipleOf':0.000000123457}",
      "{'contains':{'const':1},'minContains':100000,'maxContains':200000,'maxItems':1000000}",
    };
    for (String schema : schemas) {
      try {
        of(schema, OPTIONS);
      } catch (UnenforceableSchemaException | ConstraintLimitException e) {
        assertTrue(e.getMessage() != null);
      }
    }
  }

  @Test
  void constantsWithEscapesAreTold() {
    Language language =
        Language.jsonSchema(
            JsonReader.parse("{\"enum\":[\"a\\\"b\",\"\\u0001\",1.50,null,{\"k\":[true]}]}"),
            OPTIONS);
    for (String text :
        new String[] {"\"a\\\"b\"", "\"\\u0001\"", "1.5", "null", "{\"k\": [true]}"}) {
      assertTrue(Acceptance.accepts(language, text), text);
    }
    for (String text : new String[] {"\"a\"b\"", "1.6", "{}", "{\"k\": [true], \"l\": 1}"}) {
      assertFalse(Acceptance.accepts(language, text), text);
    }
  }
}
