package io.wasmchord.model;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model whose weights make it say what a test wants: each token is followed by one certain token.
 * Layers add nothing; an embedding is a unit vector, and the output finds the token that comes
 * next. Text that is no token is {@code <unk>}.
 */
public final class ScriptedModel {
  private static final int NORMAL = 1;
  private static final int HIDDEN = 64;
  private static final float SURE = 10f;

  private final Map<String, Integer> types = new LinkedHashMap<>();
  private final Map<String, String> next = new LinkedHashMap<>();
  private @Nullable String template;

  /** A vocabulary of {@code <unk>}, {@code <s>} and {@code </s>}. */
  public ScriptedModel() {
    types.put("<unk>", 2);
    types.put("<s>", 3);
    types.put("</s>", 3);
  }

  /** Further control tokens. */
  public ScriptedModel control(String... pieces) {
    return add(3, pieces);
  }

  /** Further user-defined tokens. */
  public ScriptedModel userDefined(String... pieces) {
    return add(4, pieces);
  }

  private ScriptedModel add(int type, String... pieces) {
    for (String piece : pieces) {
      types.putIfAbsent(piece, type);
    }
    return this;
  }

  /** The file's own chat template. */
  public ScriptedModel template(String jinja) {
    template = jinja;
    return this;
  }

  /** After each of {@code pieces} comes the next; what is no token yet becomes an ordinary one. */
  public ScriptedModel says(String... pieces) {
    add(NORMAL, pieces);
    for (int i = 1; i < pieces.length; i++) {
      String other = next.putIfAbsent(pieces[i - 1], pieces[i]);
      if (other != null && !other.equals(pieces[i])) {
        throw new IllegalArgumentException(pieces[i - 1] + " is followed by " + other);
      }
    }
    return this;
  }

  /** Writes the file, and returns it. */
  public Path write(Path file) throws IOException {
    List<String> tokens = new ArrayList<>(types.keySet());
    TinyModel m = new TinyModel("llama");
    m.meta("tokenizer.ggml.model", new GgufValue.Text("llama")); // pieces need no merges
    m.meta("tokenizer.ggml.tokens", new GgufValue.Texts(tokens));
    long[] kinds = types.values().stream().mapToLong(Integer::longValue).toArray();
    m.meta("tokenizer.ggml.token_type", new GgufValue.Ints(GgufType.INT32, kinds));
    m.meta("tokenizer.ggml.add_space_prefix", new GgufValue.Bool(false));
    if (template != null) {
      m.meta("tokenizer.chat_template", new GgufValue.Text(template));
    }
    layer(m);
    m.random("token_embd.weight", 0, 0, HIDDEN, tokens.size());
    m.random("output.weight", 0, 0, HIDDEN, tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      m.tensor("token_embd.weight")[id * HIDDEN + id] = 1;
    }
    next.forEach((from, to) ->
        m.tensor("output.weight")[tokens.indexOf(to) * HIDDEN + tokens.indexOf(from)] = SURE);
    return m.source().write(file);
  }

  private static void layer(TinyModel m) {
    m.put("block_count", 1)
        .put("context_length", 512)
        .put("embedding_length", HIDDEN)
        .put("feed_forward_length", HIDDEN)
        .put("attention.head_count", 2)
        .put("attention.layer_norm_rms_epsilon", 1e-5);
    m.random("output_norm.weight", 1, 0, HIDDEN);
    for (String norm : List.of("attn_norm", "ffn_norm")) {
      m.random("blk.0." + norm + ".weight", 1, 0, HIDDEN);
    }
    for (String name :
        List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")) {
      m.random("blk.0." + name + ".weight", 0, 0, HIDDEN, HIDDEN);
    }
  }
}
