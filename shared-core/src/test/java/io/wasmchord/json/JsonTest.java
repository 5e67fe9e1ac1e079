package io.wasmchord.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.InvalidRequestException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        " { } |{}",
        "[ ]|[]",
        "null|null",
        "[true,false]|[true, false]",
        "-0|0",
        "-0.0|-0.0",
        "1e0|1.0",
        "1E+16|1e+16",
        "0.00001|1e-05",
        "123456789012345678|123456789012345678",
        "1234567890123456789|1.2345678901234568e+18",
        "1e999|1e999",
        "-1e999|-1e999",
        "{\"b\":1,\"a\":[{\"c\":null}],\"b\":2}|{\"b\": 2, \"a\": [{\"c\": null}]}",
        "\"\\u00e9\\u0007\\/\\n\\\"\"|\"\u00e9\\u0007/\\n\\\"\"",
        "\"\\ud83d\\ude00\"|\"\ud83d\ude00\""
      })
  void whatIsReadIsWrittenInPythonsWay(String read, String written) {
    JsonValue value = JsonReader.parse(read);
    assertEquals(written, JsonWriter.json(value));
    assertEquals(value, JsonReader.parse(written), "and read again");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\"}",
        "{\"a\":1,}",
        "{a:1}",
        "01",
        "-01",
        "1.",
        ".5",
        "+1",
        "1e",
        "\"\n\"",
        "\"",
        "nul",
        "1 2",
        "-",
        "\"\\x\"",
        "\"\\u12\"",
        "NaN",
        "Infinity",
        "'a'",
        "[1}"
      })
  void whatIsNoJsonIsRefused(String wrong) {
    assertThrows(InvalidRequestException.class, () -> JsonReader.parse(wrong));
  }

  @Test
  void anErrorNamesThePlace() {
    assertEquals(
        "not JSON: at character 5 there is 'x' instead of a digit",
        assertThrows(InvalidRequestException.class, () -> JsonReader.parse("[1, -x]"))
            .getMessage());
  }

  @Test
  void nestingIsBounded() {
    String deepest = "[".repeat(64) + "]".repeat(64);
    assertEquals(deepest, JsonWriter.json(JsonReader.parse(deepest)));
    for (String deeper : List.of("[" + deepest + "]", "[".repeat(100_000), "{\"a\":".repeat(65))) {
      assertThrows(InvalidRequestException.class, () -> JsonReader.parse(deeper));
    }
  }

  @Test
  void membersAndElementsAreAsTheyAreWritten() {
    assertEquals("{a=[1,  2], b={}}", JsonReader.members("{\"a\": [1,  2] , \"b\":{}}").toString());
    assertEquals(List.of("1.50", "\"a\""), JsonReader.elements("[ 1.50 ,\"a\" ]"));
    assertThrows(InvalidRequestException.class, () -> JsonReader.members("[]"));
    assertThrows(InvalidRequestException.class, () -> JsonReader.elements("[1] 2"));
  }

  @Test
  void anObjectKeepsItsKeysInOrder() {
    JsonObject object = JsonObject.builder().put("b", 1).put("a", "x").put("b", true).build();
    assertEquals(List.of("b", "a"), object.keys());
    assertEquals(JsonValue.of(true), object.get("b"));
    assertNull(object.get("c"));
    assertEquals(JsonValue.ofNull(), object.getOrNull("c"));
    assertEquals("{\"b\": true, \"a\": 0.5}", object.with("a", JsonValue.of(0.5)).toString());
    assertEquals("{\"a\": \"x\"}", object.without("b").toString());
    assertEquals("{\"b\": true, \"a\": \"x\"}", object.toString(), "as before");
    assertEquals(JsonObject.empty(), object.without("b").without("a"));
  }

  @Test
  void emptyIsWhatSaysNothing() {
    for (String empty : List.of("null", "false", "0", "-0.0", "\"\"", "[]", "{}")) {
      assertTrue(JsonReader.parse(empty).isEmpty(), empty);
    }
    for (String full : List.of("true", "1", "0.5", "\" \"", "[0]", "{\"\": 0}")) {
      assertFalse(JsonReader.parse(full).isEmpty(), full);
    }
  }

  @Test
  void typesHaveTheNamesOfJsonSchema() {
    JsonArray all = (JsonArray) JsonReader.parse("[null, true, 1, 1.0, \"\", [], {}]");
    assertEquals(
        List.of("null", "boolean", "integer", "number", "string", "array", "object"),
        all.elements().stream().map(JsonValue::type).toList());
  }

  @Test
  void whatIsNoNumberIsNull() {
    assertEquals(
        "[null, 1e999]",
        JsonWriter.json(
            JsonValue.of(
                List.of(JsonValue.of(Double.NaN), JsonValue.of(Double.POSITIVE_INFINITY)))));
  }
}
