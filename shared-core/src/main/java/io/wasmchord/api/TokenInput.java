package io.wasmchord.api;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonValue;
import java.util.List;

/** What a model is given: a text, or tokens. */
public sealed interface TokenInput {
  /** A text that is still to become tokens. */
  record Text(String text) implements TokenInput {}

  /** Ids of tokens. */
  record Tokens(List<Integer> ids) implements TokenInput {
    public Tokens {
      ids = List.copyOf(ids);
    }

    /** The ids as the model takes them. */
    public int[] array() {
      return ids.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /**
   * One input or several.
   *
   * @throws io.wasmchord.errors.InvalidRequestException when {@code value} is neither a text, ids,
   *     nor a list of such
   */
  static List<TokenInput> list(String where, JsonValue value) {
    if (value instanceof JsonValue.Text(String text)) {
      return List.of(new Text(text));
    }
    if (!(value instanceof JsonArray array) || array.elements().isEmpty()) {
      throw Fields.refuse(
          where, "a text, a list of token ids, or a list of one or more of these", value);
    }
    return Values.number(array.elements().getFirst()) == null
        ? Fields.list(where, array, TokenInput::one)
        : List.of(tokens(where, array));
  }

  private static TokenInput one(String where, JsonValue value) {
    return switch (value) {
      case JsonValue.Text(String text) -> new Text(text);
      case JsonArray array -> tokens(where, array);
      default -> throw Fields.refuse(where, "a text or a list of token ids", value);
    };
  }

  private static Tokens tokens(String where, JsonArray array) {
    return new Tokens(Fields.list(where, array, TokenInput::id));
  }

  /** The id of a token. */
  static Integer id(String where, JsonValue id) {
    Double number = Values.number(id);
    if (number == null || !Values.isWhole(number) || number < 0 || number > Integer.MAX_VALUE) {
      throw Fields.refuse(where, "a token id", id);
    }
    return number.intValue();
  }
}
