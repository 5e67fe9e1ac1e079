package io.wasmchord.tokenizer;

import io.wasmchord.gguf.Metadata;
import io.wasmchord.model.InvalidModelException;
import io.wasmchord.model.UnsupportedModelException;
import java.util.List;

/**
 * Reads vocabularies from GGUF metadata, with llama.cpp's defaults for what a file does not say.
 */
public final class Vocabularies {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final int NONE = -1;

  /** How some files spell {@link #NONE}: ids are stored as unsigned. */
  private static final long NONE_UNSIGNED = 0xFFFFFFFFL;

  private Vocabularies() {}

  /**
   * The vocabulary in {@code metadata}.
   *
   * <p>Defaults of model {@code llama}: ids 1, 2 and 0 for beginning and end of sequence and
   * unknown, beginning of sequence added, a space put before text. Of model {@code gpt2}: no such
   * ids (llama.cpp's 11 is a token of one old model), and beginning of sequence added if the
   * pre-tokenizer's models want it and the file has one.
   *
   * @throws UnsupportedModelException when the tokenizer's model or pre-tokenizer is not known here
   * @throws InvalidModelException when the vocabulary is missing or contradicts itself
   */
  public static Vocabulary of(Metadata metadata) {
    String model = required(metadata, "model");
    if (!metadata.has(PREFIX + "tokens")) {
      throw missing("tokens");
    }
    List<String> tokens = metadata.strings(PREFIX + "tokens");
    return switch (model) {
      case Tokenizers.SPM -> spm(metadata, tokens);
      case Tokenizers.BPE -> bpe(metadata, tokens);
      default -> throw Tokenizers.unsupported(model);
    };
  }

  private static Vocabulary spm(Metadata metadata, List<String> tokens) {
    int bos = id(metadata, "bos_token_id", fallback(1, tokens));
    return new Vocabulary(
        Tokenizers.SPM,
        "",
        tokens,
        metadata.has(PREFIX + "scores") ? metadata.floats(PREFIX + "scores") : new float[0],
        types(metadata),
        List.of(),
        bos,
        id(metadata, "eos_token_id", fallback(2, tokens)),
        id(metadata, "eot_token_id", NONE),
        id(metadata, "eom_token_id", NONE),
        id(metadata, "unknown_token_id", fallback(0, tokens)),
        metadata.bool(PREFIX + "add_bos_token", bos != NONE),
        metadata.bool(PREFIX + "add_eos_token", false),
        metadata.bool(PREFIX + "add_space_prefix", true));
  }

  private static Vocabulary bpe(Metadata metadata, List<String> tokens) {
    String pre = metadata.string(PREFIX + "pre", "default");
    int bos = id(metadata, "bos_token_id", NONE);
    boolean addsBos = PreTokenizer.named(pre).addsBos() && bos != NONE;
    if (!metadata.has(PREFIX + "merges")) {
      throw missing("merges");
    }
    return new Vocabulary(
        Tokenizers.BPE,
        pre,
        tokens,
        new float[0],
        types(metadata),
        metadata.strings(PREFIX + "merges"),
        bos,
        id(metadata, "eos_token_id", NONE),
        id(metadata, "eot_token_id", NONE),
        id(metadata, "eom_token_id", NONE),
        id(metadata, "unknown_token_id", NONE),
        metadata.bool(PREFIX + "add_bos_token", addsBos),
        metadata.bool(PREFIX + "add_eos_token", false),
        false);
  }

  private static int[] types(Metadata metadata) {
    return metadata.has(PREFIX + "token_type") ? metadata.ints(PREFIX + "token_type") : new int[0];
  }

  private static int id(Metadata metadata, String key, int otherwise) {
    long id = metadata.has(PREFIX + key) ? metadata.int64(PREFIX + key) : otherwise;
    if (id == NONE || id == NONE_UNSIGNED) {
      return NONE;
    }
    if (id != (int) id) {
      throw new InvalidModelException(PREFIX + key + " is " + id + ", which no vocabulary reaches");
    }
    return (int) id;
  }

  /** {@code id}, where the vocabulary reaches that far. */
  private static int fallback(int id, List<String> tokens) {
    return id < tokens.size() ? id : NONE;
  }

  private static String required(Metadata metadata, String key) {
    if (!metadata.has(PREFIX + key)) {
      throw missing(key);
    }
    return metadata.string(PREFIX + key, "");
  }

  private static InvalidModelException missing(String key) {
    return new InvalidModelException(
        PREFIX
            + key
            + " is missing: the file has no tokenizer of a known kind; convert the model again with its tokenizer");
  }
}
