package io.wasmchord.tokenizer;

import io.wasmchord.gguf.Metadata;
import io.wasmchord.model.InvalidModelException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tokens of a model and what is special about them, from the {@code tokenizer.ggml.*} keys. */
final class Vocabulary {
  /** What the file calls a token; the ids are {@code tokenizer.ggml.token_type}'s. */
  enum Kind {
    UNDEFINED,
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  private static final List<String> ENDS =
      List.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "<|end_of_text|>",
          "<end_of_utterance>");
  private static final String PREFIX = "tokenizer.ggml.";

  private final List<String> tokens;
  private final Kind[] kinds;
  private final Map<String, Integer> ids;
  private final Set<Integer> ends = new HashSet<>();
  private final int bos;
  private final int eos;
  private final int unknown;

  Vocabulary(Metadata m, boolean sentencePiece) {
    tokens = m.strings(PREFIX + "tokens");
    if (tokens.isEmpty()) {
      throw new InvalidModelException(PREFIX + "tokens is empty; the file has no vocabulary");
    }
    kinds = kinds(m);
    ids = new HashMap<>(tokens.size() * 2);
    for (int id = 0; id < tokens.size(); id++) {
      ids.putIfAbsent(tokens.get(id), id);
    }
    bos = special(m, "bos_token_id", sentencePiece ? 1 : -1);
    eos = special(m, "eos_token_id", sentencePiece ? 2 : -1);
    unknown = special(m, "unknown_token_id", sentencePiece ? 0 : -1);
    collectEnds(m);
  }

  private Kind[] kinds(Metadata m) {
    Kind[] result = new Kind[tokens.size()];
    Arrays.fill(result, Kind.NORMAL);
    if (m.has(PREFIX + "token_type")) {
      int[] types = m.ints(PREFIX + "token_type");
      if (types.length != result.length) {
        throw new InvalidModelException(
            PREFIX
                + "token_type has "
                + types.length
                + " entries for "
                + result.length
                + " tokens");
      }
      Kind[] all = Kind.values();
      for (int id = 0; id < types.length; id++) {
        result[id] = types[id] >= 0 && types[id] < all.length ? all[types[id]] : Kind.UNDEFINED;
      }
    }
    return result;
  }

  private int special(Metadata m, String key, int otherwise) {
    long id = m.has(PREFIX + key) ? m.int64(PREFIX + key) : otherwise;
    if (id == 0xFFFFFFFFL || id < 0) {
      return -1;
    }
    if (id >= tokens.size()) {
      if (!m.has(PREFIX + key)) {
        return -1;
      }
      throw new InvalidModelException(
          PREFIX + key + " is " + id + "; there are " + tokens.size() + " tokens");
    }
    return (int) id;
  }

  private void collectEnds(Metadata m) {
    for (String key : List.of("eot_token_id", "eom_token_id")) {
      int id = special(m, key, -1);
      if (id >= 0) {
        ends.add(id);
      }
    }
    if (eos >= 0) {
      ends.add(eos);
    }
    for (String end : ENDS) {
      Integer id = ids.get(end);
      if (id != null && kinds[id] != Kind.NORMAL) {
        ends.add(id);
      }
    }
  }

  int size() {
    return tokens.size();
  }

  String piece(int id) {
    if (id < 0 || id >= tokens.size()) {
      throw new IllegalArgumentException(
          "there is no token " + id + "; ids are 0 to " + (tokens.size() - 1));
    }
    return tokens.get(id);
  }

  int idOf(String piece) {
    Integer id = ids.get(piece);
    return id == null ? -1 : id;
  }

  Kind kind(int id) {
    return kinds[id];
  }

  boolean isEnd(int id) {
    return ends.contains(id);
  }

  int bos() {
    return bos;
  }

  int eos() {
    return eos;
  }

  int unknown() {
    return unknown;
  }
}
