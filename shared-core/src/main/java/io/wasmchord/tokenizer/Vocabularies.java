package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.tokenizer.pretokenizer.PreTokenizer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
   * pre-tokenizer's models want it and the file has one. Of model {@code bert}: the ids of BERT's
   * own vocabulary, class token and separator put around a text, whatever the file says of that
   * (its converter writes what other kinds of tokenizer would need), and case and accents dropped.
   * Of model {@code t5}: ids 1 and 2 for end of sequence and unknown, end of sequence added. Of
   * model {@code gemma4}: beginning of sequence added, whatever the file says. Of model {@code
   * plamo2}: ids 1, 2 and 0 as of {@code llama}, and of {@code rwkv} none; nothing added (as the
   * file says, where llama.cpp never adds). Models {@code whitespace} and {@code hybriddna} are as
   * {@code gpt2}. Kimi K2's files may have no merges; then nothing joins.
   *
   * @throws UnsupportedModelException when the tokenizer's model or pre-tokenizer is not known here
   * @throws InvalidModelException when the vocabulary is missing or contradicts itself
   */
  public static Vocabulary of(Metadata metadata) {
    return of(metadata, Normalization.AUTHORS);
  }

  /** As {@link #of(Metadata)}, with text normalized as {@code normalization} says. */
  public static Vocabulary of(Metadata metadata, Normalization normalization) {
    String model = required(metadata, "model");
    if (!metadata.has(PREFIX + "tokens")) {
      throw missing("tokens");
    }
    List<String> tokens = metadata.strings(PREFIX + "tokens");
    return switch (model) {
      case Tokenizers.SPM -> spm(metadata, tokens);
      case Tokenizers.BPE, Tokenizers.WHITESPACE, Tokenizers.DNA ->
          bpe(model, metadata.string(PREFIX + "pre", "default"), metadata, tokens, normalization);
      case Tokenizers.GEMMA4 -> bpe(model, "gemma4", metadata, tokens, normalization);
      case Tokenizers.WPM -> wpm(metadata, tokens);
      case Tokenizers.UGM -> ugm(metadata, tokens);
      case Tokenizers.RWKV -> trie(metadata, tokens);
      case Tokenizers.PLAMO2 -> plamo2(metadata, tokens);
      default -> throw Tokenizers.unsupported(model);
    };
  }

  private static Vocabulary spm(Metadata metadata, List<String> tokens) {
    int bos = id(metadata, "bos_token_id", fallback(1, tokens));
    int eos = id(metadata, "eos_token_id", fallback(2, tokens));
    int unknown = id(metadata, "unknown_token_id", fallback(0, tokens));
    boolean addSpace = metadata.bool(PREFIX + "add_space_prefix", true);
    return new Vocabulary(
        Tokenizers.SPM,
        "",
        tokens,
        scores(metadata),
        types(metadata),
        List.of(),
        special(metadata, bos, eos, unknown, addBos(metadata, bos != NONE)),
        new TextRules(addSpace, false, false, stripping(metadata, "")));
  }

  private static Vocabulary bpe(
      String model,
      String pre,
      Metadata metadata,
      List<String> tokens,
      Normalization normalization) {
    boolean merges = metadata.has(PREFIX + "merges");
    if (!merges && PreTokenizer.named(pre).merged()) {
      throw missing("merges");
    }
    return new Vocabulary(
        model,
        pre,
        tokens,
        new float[0],
        types(metadata),
        merges ? metadata.strings(PREFIX + "merges") : List.of(),
        bpeTokens(metadata, PreTokenizer.named(pre).bos()),
        new TextRules(
            false,
            false,
            CharacterMap.NONE,
            metadata.bool(PREFIX + "normalizer.lowercase", false),
            false,
            normalization.composes(metadata.string("general.architecture", ""), pre),
            stripping(metadata, pre)));
  }

  private static SpecialTokens bpeTokens(Metadata metadata, PreTokenizer.Bos added) {
    int bos = id(metadata, "bos_token_id", NONE);
    boolean addBos =
        switch (added) {
          case NOT_BY_ITSELF -> addBos(metadata, false);
          case BY_DEFAULT -> addBos(metadata, bos != NONE);
          case ALWAYS -> bos != NONE;
        };
    return special(
        metadata,
        bos,
        id(metadata, "eos_token_id", NONE),
        id(metadata, "unknown_token_id", NONE),
        addBos);
  }

  /** Of {@code rwkv}. */
  private static Vocabulary trie(Metadata metadata, List<String> tokens) {
    return new Vocabulary(
        Tokenizers.RWKV,
        "",
        tokens,
        new float[0],
        types(metadata),
        List.of(),
        special(
            metadata,
            id(metadata, "bos_token_id", NONE),
            id(metadata, "eos_token_id", NONE),
            id(metadata, "unknown_token_id", NONE),
            addBos(metadata, false)),
        new TextRules(false, false, false, stripping(metadata, "")));
  }

  private static Vocabulary plamo2(Metadata metadata, List<String> tokens) {
    return new Vocabulary(
        Tokenizers.PLAMO2,
        "",
        tokens,
        scores(metadata),
        types(metadata),
        List.of(),
        special(
            metadata,
            id(metadata, "bos_token_id", fallback(1, tokens)),
            id(metadata, "eos_token_id", fallback(2, tokens)),
            id(metadata, "unknown_token_id", fallback(0, tokens)),
            addBos(metadata, false)),
        new TextRules(false, false, false, stripping(metadata, "")));
  }

  private static boolean addBos(Metadata metadata, boolean otherwise) {
    return metadata.bool(PREFIX + "add_bos_token", otherwise);
  }

  private static SpecialTokens special(
      Metadata metadata, int bos, int eos, int unknown, boolean addBos) {
    List<Integer> between =
        Stream.of("fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id")
            .map(key -> id(metadata, key, NONE))
            .filter(id -> id != NONE)
            .toList();
    return new SpecialTokens(
        bos,
        eos,
        id(metadata, "eot_token_id", NONE),
        id(metadata, "eom_token_id", NONE),
        unknown,
        NONE,
        addBos,
        metadata.bool(PREFIX + "add_eos_token", false),
        false,
        between,
        suppressed(metadata));
  }

  /**
   * As llama.cpp does, without ids that the vocabulary does not reach. Chameleon's are the tokens
   * of images, as its authors have it; llama.cpp knows them by their ids.
   */
  private static List<Integer> suppressed(Metadata metadata) {
    String key = PREFIX + "suppress_tokens";
    boolean images = metadata.string("general.architecture", "").equals("chameleon");
    if (!metadata.has(key) && !images) {
      return List.of();
    }
    List<String> tokens = metadata.strings(PREFIX + "tokens");
    IntStream of =
        images
            ? IntStream.range(0, tokens.size()).filter(id -> KnownTokens.image(tokens.get(id)))
            : IntStream.empty();
    IntStream named = metadata.has(key) ? IntStream.of(metadata.ints(key)) : IntStream.empty();
    return IntStream.concat(of, named)
        .filter(id -> id >= 0 && id < tokens.size())
        .distinct()
        .boxed()
        .toList();
  }

  private static Vocabulary wpm(Metadata metadata, List<String> tokens) {
    int classToken = id(metadata, "cls_token_id", fallback(101, tokens));
    int bos = id(metadata, "bos_token_id", classToken);
    int separator = id(metadata, "seperator_token_id", fallback(102, tokens));
    boolean lowercase = metadata.bool(PREFIX + "normalizer.lowercase", true);
    boolean strip = metadata.bool(PREFIX + "normalizer.strip_accents", lowercase);
    return new Vocabulary(
        Tokenizers.WPM,
        "",
        tokens,
        new float[0],
        types(metadata),
        List.of(),
        new SpecialTokens(
            bos,
            id(metadata, "eos_token_id", NONE),
            NONE,
            NONE,
            id(metadata, "unknown_token_id", fallback(100, tokens)),
            separator,
            bos != NONE,
            false,
            separator != NONE),
        new TextRules(false, lowercase, strip, stripping(metadata, "")));
  }

  private static Vocabulary ugm(Metadata metadata, List<String> tokens) {
    int eos = id(metadata, "eos_token_id", fallback(1, tokens));
    CharacterMap characters =
        metadata.has(CharacterMap.KEY)
            ? CharacterMap.of(metadata.ints(CharacterMap.KEY))
            : CharacterMap.NONE;
    return new Vocabulary(
        Tokenizers.UGM,
        "",
        tokens,
        scores(metadata),
        types(metadata),
        List.of(),
        new SpecialTokens(
            id(metadata, "bos_token_id", NONE),
            eos,
            NONE,
            NONE,
            id(metadata, "unknown_token_id", fallback(2, tokens)),
            NONE,
            metadata.bool(PREFIX + "add_bos_token", false),
            metadata.bool(PREFIX + "add_eos_token", eos != NONE),
            false,
            List.of(),
            suppressed(metadata)),
        new TextRules(
            metadata.bool(PREFIX + "add_space_prefix", false),
            metadata.bool(PREFIX + "remove_extra_whitespaces", false),
            characters,
            false,
            false,
            stripping(metadata, "")));
  }

  private static Stripping stripping(Metadata metadata, String pre) {
    return Stripping.of(
        metadata.string("general.name", ""), metadata.string("general.architecture", ""), pre);
  }

  private static float[] scores(Metadata metadata) {
    return metadata.has(PREFIX + "scores") ? metadata.floats(PREFIX + "scores") : new float[0];
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
