package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.UnenforceableSchemaException;
import io.wasmchord.json.JsonReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which arguments may come together, where each is written on its own. */
class ApartArgumentsTest {
  private static final String PROPERTIES =
      "\"properties\": {\"a\": {\"type\": \"string\"}, \"b\": {}, \"c\": {}}";

  private static ToolSchema tool(String more, boolean strict) {
    String json =
        "[{\"function\": {\"name\": \"f\", \"strict\": %s, \"parameters\": {%s, %s}}}]"
            .formatted(strict, PROPERTIES, more.replace('\'', '"'));
    return ToolSchema.of(new OfferedTools(JsonReader.parse(json)), ToolChoice.AUTO).getFirst();
  }

  /** Alternatives; an argument that must come has an exclamation mark. */
  private static List<String> ways(String more, boolean strict) {
    return tool(more, strict).parameters().stream()
        .map(way ->
            way.stream()
                .map(each -> each.name() + (each.required() ? "!" : ""))
                .reduce("", String::concat))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'required': ['b'] | ab!c",
        "'anyOf': [{'required': ['a']}, {'required': ['b', 'c']}] | a!bc,ab!c!",
        "'allOf': [{'anyOf': [{'required': ['a']}, {'required': ['b']}]}, {'required': ['c']}] |"
            + " a!bc!,ab!c!",
        "'dependentRequired': {'a': ['b']} | bc,a!b!c",
        "'oneOf': [{'properties': {'a': {'const': 'x'}}, 'required': ['a']}, {'properties': {'a':"
            + " {'const': 'y'}}, 'required': ['a', 'b']}] | a!bc,a!b!c",
        "'$ref': '#/$defs/R', '$defs': {'R': {'required': ['c']}} | abc!",
        "'anyOf': [{'properties': {'d': {}}, 'required': ['d']}, {}], 'additionalProperties': false"
            + " | abc"
      })
  void whatIsSaidOfAllTogetherBecomesAlternatives(String more, String expected) {
    assertEquals(expected, String.join(",", ways(more.strip(), true)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'maxProperties': 2, 'additionalProperties': false | maxProperties",
        "'oneOf': [{'required': ['a']}, {'required': ['b']}] | oneOf",
        "'anyOf': [{'not': {'required': ['a']}}, {'required': ['b']}] | not"
      })
  void whatCannotBeSaidSoIsRefusedWhereItMustHold(String more, String keyword) {
    UnenforceableSchemaException e =
        assertThrows(UnenforceableSchemaException.class, () -> ways(more.strip(), true));
    assertEquals(keyword, e.keyword());
    assertTrue(ways(more.strip(), false).size() > 0);
  }

  @Test
  void thereAreNotTooManyAlternatives() {
    String either = "{'anyOf': [{'required': ['a']}, {'required': ['b']}]}";
    String many = "'allOf': [" + either + (", " + either).repeat(6) + "]";
    assertThrows(UnenforceableSchemaException.class, () -> ways(many, true));
    assertTrue(ways(many, false).size() <= 64);
  }
}
