package io.wasmchord.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.wasmchord.constraint.schema.PropertyOrder;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.errors.UnenforceableSchemaException;
import io.wasmchord.json.JsonReader;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What random choices among allowed tokens lead to, a validator accepts. */
class RandomSchemasTest {
  private static final int SCHEMAS = 500;
  private static final int WALKS = 4;
  private static final int MOST_TOKENS = 4_000;

  /** Numbers that the validator divides as doubles, and zones that it does not know. */
  private static final Pattern BEYOND_VALIDATOR =
      Pattern.compile("[0-9.]{15}|[0-9][eE]|[+-](1[5-9]|2[0-9]):");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static JsonSchema validator(ObjectNode schema) {
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema, config);
  }

  @Test
  void whatIsAllowedIsValid() throws Exception {
    Random random = new Random(15);
    RandomSchemas schemas = new RandomSchemas(random);
    int compiled = 0;
    int empty = 0;
    int ended = 0;
    for (int i = 0; i < SCHEMAS; ) {
      ObjectNode schema = schemas.schema();
      SchemaOptions options =
          SchemaOptions.DEFAULT
              .with(Whitespace.values()[random.nextInt(3)])
              .with(PropertyOrder.values()[random.nextInt(2)]);
      Language language;
      try {
        language = Language.jsonSchema(JsonReader.parse(schema.toString()), options);
      } catch (UnenforceableSchemaException e) {
        assertTrue(e.keyword().isEmpty() || e.keyword().equals("minProperties"), schema + ": " + e);
        empty++;
        continue;
      }
      i++;
      compiled++;
      TokenConstraint constraint = new TokenConstraint(language, SmallVocabulary.TOKENS);
      JsonSchema validator = validator(schema);
      for (int walk = 0; walk < WALKS; walk++) {
        String text = SmallVocabulary.walk(constraint, random, MOST_TOKENS);
        if (text == null && options.order() == PropertyOrder.FREE) {
          continue; // names that are not listed came again and again, and no required one
        }
        assertTrue(text != null, "no end: " + schema);
        ended++;
        if (BEYOND_VALIDATOR.matcher(text).find()) {
          continue;
        }
        JsonNode value = MAPPER.readTree(text);
        Set<ValidationMessage> wrong = validator.validate(value);
        assertTrue(wrong.isEmpty(), schema + "\nallows " + text + "\n" + wrong);
      }
    }
    assertEquals(SCHEMAS, compiled);
    assertTrue(ended > 0.9 * SCHEMAS * WALKS, ended + " walks ended");
    assertTrue(empty < SCHEMAS / 2, empty + " schemas allow no value");
  }
}
