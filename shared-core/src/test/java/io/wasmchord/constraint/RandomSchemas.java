package io.wasmchord.constraint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** Schemas at random, of all keywords that are enforced. */
final class RandomSchemas {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> NAMES = List.of("a", "ab", "name", "x1", "é", "日本", "b\"c");

  private final Random random;

  RandomSchemas(Random random) {
    this.random = random;
  }

  ObjectNode schema() {
    ObjectNode root = schema(3);
    ObjectNode definitions = NODES.objectNode();
    definitions.set("leaf", schema(0));
    ObjectNode node = NODES.objectNode().put("type", "object");
    node.set("properties", NODES.objectNode().set("next", ref("node")));
    node.put("additionalProperties", false);
    definitions.set("node", node);
    root.set("$defs", definitions);
    return root;
  }

  private static ObjectNode ref(String name) {
    return NODES.objectNode().put("$ref", "#/$defs/" + name);
  }

  private ObjectNode schema(int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 14)) {
      case 0 -> number(NODES.objectNode().put("type", "number"));
      case 1 -> number(NODES.objectNode().put("type", "integer"));
      case 2, 3 -> string();
      case 4 -> constants();
      case 5 -> NODES.objectNode().put("type", random.nextBoolean() ? "boolean" : "null");
      case 6, 7, 8 -> object(depth);
      case 9, 10 -> array(depth);
      case 11 -> combined(depth);
      case 12 -> condition(depth);
      default -> ref(random.nextBoolean() ? "leaf" : "node");
    };
  }

  private ObjectNode number(ObjectNode schema) {
    if (random.nextBoolean()) {
      schema.put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", random.nextInt(50) - 25);
    }
    if (random.nextBoolean()) {
      schema.put(
          random.nextBoolean() ? "maximum" : "exclusiveMaximum", random.nextInt(1000) + 26.5);
    }
    if (random.nextInt(4) == 0) {
      schema.put("multipleOf", List.of(2, 3, 7).get(random.nextInt(3)));
    }
    return schema;
  }

  private ObjectNode string() {
    ObjectNode schema = NODES.objectNode().put("type", "string");
    int least = random.nextInt(3);
    switch (random.nextInt(6)) {
      case 0 -> schema.put("minLength", least).put("maxLength", least + random.nextInt(4));
      case 1 -> schema.put("pattern", "^[a-c]+x?$");
      case 2 -> schema.put("pattern", "b").put("maxLength", 4);
      case 3 ->
          schema.put(
              "format",
              List.of("date", "time", "date-time", "uuid", "ipv4", "ipv6").get(random.nextInt(6)));
      default -> {}
    }
    return schema;
  }

  private ObjectNode constants() {
    ObjectNode schema = NODES.objectNode();
    if (random.nextBoolean()) {
      schema.set("const", NODES.objectNode().put("a", 1.5).set("ab", NODES.arrayNode().add("x")));
      return schema;
    }
    schema.putArray("enum").add("red").add("green").add(7).addNull().add(true).add("re\"d");
    return schema;
  }

  private ObjectNode object(int depth) {
    ObjectNode schema = NODES.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = NODES.arrayNode();
    for (String name : NAMES) {
      if (random.nextInt(3) == 0) {
        properties.set(name, schema(depth - 1));
        if (random.nextBoolean()) {
          required.add(name);
        }
      }
    }
    schema.set("required", required);
    switch (random.nextInt(5)) {
      case 0 -> schema.set("additionalProperties", schema(0));
      case 1 -> schema.set("patternProperties", NODES.objectNode().set("^x", schema(0)));
      case 2 -> schema.set("propertyNames", NODES.objectNode().put("maxLength", 4));
      default -> schema.put("additionalProperties", false);
    }
    if (random.nextInt(4) == 0) {
      schema.put("maxProperties", 3 + random.nextInt(3));
    }
    if (random.nextInt(6) == 0) {
      schema.set("dependentRequired", NODES.objectNode().set("a", NODES.arrayNode().add("ab")));
    }
    return schema;
  }

  private ObjectNode array(int depth) {
    ObjectNode schema = NODES.objectNode().put("type", "array");
    schema.set("items", schema(depth - 1));
    if (random.nextInt(3) == 0) {
      schema.set("prefixItems", NODES.arrayNode().add(schema(0)).add(schema(0)));
    }
    if (random.nextBoolean()) {
      schema.put("minItems", random.nextInt(3)).put("maxItems", 3 + random.nextInt(3));
    }
    if (random.nextInt(5) == 0) {
      schema.set("contains", schema(0));
      schema.put("maxContains", 2);
    }
    return schema;
  }

  private ObjectNode combined(int depth) {
    ObjectNode schema = NODES.objectNode();
    ArrayNode parts = NODES.arrayNode().add(schema(depth - 1)).add(schema(depth - 1));
    schema.set(List.of("anyOf", "oneOf", "anyOf").get(random.nextInt(3)), parts);
    if (random.nextInt(4) == 0) {
      schema.set("not", schema(0));
    }
    if (random.nextInt(5) == 0) {
      schema.put("unevaluatedProperties", false);
    }
    return schema;
  }

  private ObjectNode condition(int depth) {
    ObjectNode schema = NODES.objectNode();
    schema.set("if", schema(0));
    schema.set("then", schema(0));
    schema.set("else", schema(depth - 1));
    return schema;
  }
}
