package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.wasmchord.constraint.ConstraintState;
import io.wasmchord.constraint.Language;
import io.wasmchord.constraint.TokenConstraint;
import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.TokenListener;
import io.wasmchord.tokenizer.Utf8Stream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Tools, and what random choices among the tokens make that may come. */
final class ForcedCalls {
  static final JsonValue TOOLS =
      JsonReader.parse(
          """
          [{"type": "function", "function": {"name": "weather", "strict": true, "parameters": {
              "type": "object",
              "properties": {
                "place": {"type": "string", "minLength": 1, "maxLength": 12},
                "days": {"type": "integer", "minimum": 1, "maximum": 14},
                "unit": {"$ref": "#/$defs/Unit"},
                "detail": {"type": ["string", "null"], "maxLength": 8},
                "tags": {"type": "array", "items": {"$ref": "#/$defs/Unit"}, "maxItems": 2},
                "exact": {"type": "boolean"},
                "at": {"type": "object", "properties": {"lat": {"type": "number"},
                  "name": {"type": "string", "pattern": "^[a-z<|]{1,4}$"}},
                  "required": ["lat"], "additionalProperties": false},
                "any": {"anyOf": [{"type": "integer"}, {"const": "none"}]}},
              "required": ["place", "days", "unit", "any"],
              "additionalProperties": false,
              "$defs": {"Unit": {"enum": ["celsius", "fahrenheit"]}}}}},
           {"type": "function", "function": {"name": "find", "strict": true, "parameters": {
              "type": "object",
              "properties": {
                "name": {"type": "string", "maxLength": 6},
                "id": {"type": "integer", "minimum": 1, "maximum": 99},
                "exact": {"type": "boolean"}},
              "anyOf": [{"required": ["name"]}, {"required": ["id"], "properties": {"id": {"minimum": 10}}}],
              "dependentRequired": {"exact": ["name"]},
              "additionalProperties": false}}},
           {"type": "function", "function": {"name": "now"}},
           {"type": "function", "function": {"name": "note", "parameters": {"type": "object",
              "properties": {"text": {"type": "string", "maxLength": 30}}, "required": ["text"],
              "additionalProperties": false}}}]
          """);

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<String> PIECES =
      List.of(
          "{\"", "\": ", "\", \"", "\"}", "}}", ": ", ", ", "true", "null", "12", "0.5", "ab",
          "name", "é", "日本", "\\n", "\n", "celsius", "wea", "ther", "🙂", "\\/", "\\u00", "</", "<",
          "none");
  private static final int MOST_TOKENS = 3_000;

  private final List<String> texts = new ArrayList<>(); // of tokens from 256 on
  private final TreeMap<Integer, String> marks = new TreeMap<>();
  private final Set<String> endings;
  private final TokenBytes tokens;

  /**
   * A vocabulary.
   *
   * @param markers of a format: tokens each
   * @param control those of them that are control tokens
   */
  ForcedCalls(Collection<String> markers, Collection<String> control) {
    texts.addAll(PIECES);
    texts.addAll(markers);
    markers.forEach(marker -> texts.add("\n" + marker));
    endings = Set.copyOf(texts.subList(PIECES.size(), texts.size()));
    List<byte[]> bytes = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      bytes.add(b == 255 ? new byte[0] : new byte[] {(byte) b});
    }
    texts.forEach(text -> bytes.add(text.getBytes(StandardCharsets.UTF_8)));
    for (String each : control) {
      marks.put(bytes.size(), each);
      byte[] spelled = ("\0" + each).getBytes(StandardCharsets.UTF_8);
      spelled[0] = (byte) CodePoints.CONTROL_BYTE;
      bytes.add(spelled);
    }
    bytes.add(new byte[0]);
    tokens = TokenBytes.of(bytes, List.of(bytes.size() - 1));
  }

  TokenConstraint constraint(Frame root) {
    return new TokenConstraint(Language.of(root, root), tokens);
  }

  /** The tokens of what {@code constraint} begins with. */
  List<Integer> beginning(TokenConstraint constraint) {
    byte[] forced = constraint.start().forced();
    List<Integer> ids = new ArrayList<>();
    for (int at = 0; at < forced.length; ) {
      int id = forced[at] & 0xFF;
      for (int mark : marks.keySet()) {
        byte[] bytes = tokens.bytes(mark);
        boolean fits =
            at + bytes.length <= forced.length
                && Arrays.equals(bytes, 0, bytes.length, forced, at, at + bytes.length);
        id = fits ? mark : id;
      }
      ids.add(id);
      at += tokens.bytes(id).length;
    }
    return ids;
  }

  Map<Integer, String> marks() {
    return marks;
  }

  /** The tokens of a whole text, as random choices make it. */
  List<Integer> walk(TokenConstraint constraint, Random random) {
    return walk(constraint, List.of(), random);
  }

  /** The same for texts that begin so. */
  List<Integer> walk(TokenConstraint constraint, List<Integer> begun, Random random) {
    ConstraintState state = constraint.start();
    List<Integer> made = new ArrayList<>(begun);
    begun.forEach(state::accept);
    int end = tokens.size() - 1;
    long[] mask = new long[tokens.words()];
    while (made.size() < MOST_TOKENS) {
      state.mask(mask);
      List<Integer> allowed = new ArrayList<>();
      List<Integer> closing = new ArrayList<>();
      for (int id = 0; id < tokens.size(); id++) {
        if ((mask[id >> 6] >>> id & 1) != 0) {
          allowed.add(id);
          boolean closes = id < 256 ? "\"'}])".indexOf(id) >= 0 : marks.containsKey(id);
          if (closes
              || (id >= 256 && id < 256 + texts.size() && endings.contains(texts.get(id - 256)))) {
            closing.add(id);
          }
        }
      }
      assertTrue(!allowed.isEmpty(), "a dead end after " + text(made));
      if (allowed.contains(end) && (state.isFinished() || random.nextInt(3) == 0)) {
        return made;
      }
      allowed.remove((Integer) end);
      boolean close = !closing.isEmpty() && random.nextInt(40) < 8 + made.size() / 4;
      List<Integer> from = close ? closing : allowed;
      int token = from.get(random.nextInt(from.size()));
      made.add(token);
      state.accept(token);
    }
    throw new AssertionError("no end: " + text(made));
  }

  /** As they are read: characters may be split between tokens. */
  String text(List<Integer> made) {
    StringBuilder text = new StringBuilder();
    for (int id : made) {
      String mark = marks.get(id);
      text.append(mark != null ? mark : new String(tokens.bytes(id), StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  /** Gives tokens to {@code reader} as a generation does. */
  void read(List<Integer> made, TokenListener reader) {
    Utf8Stream utf8 = new Utf8Stream();
    for (int id : made) {
      String piece = marks.containsKey(id) ? utf8.flush() : utf8.push(tokens.bytes(id));
      if (!piece.isEmpty()) {
        reader.onText(piece);
      }
      if (marks.containsKey(id)) {
        reader.onMark(id);
      }
    }
  }

  /** What is wrong with the arguments of a call; empty where nothing is. */
  static Set<ValidationMessage> wrong(ToolCall call) throws IOException {
    JsonObject schema = new OfferedTools(TOOLS).schema(call.name());
    String text = schema == null ? "{\"maxProperties\": 0}" : schema.toString();
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(MAPPER.readTree(text))
        .validate(MAPPER.readTree(call.arguments()));
  }
}
