package io.wasmchord.classification;

import io.wasmchord.chat.PairTemplate;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A query and a document as the tokens of one text: through the file's template for pairs, or one
 * after the other, each with the tokens that end a text, and with those that begin one before both.
 */
final class PairTokens {
  private static final String SEPARATOR = "tokenizer.ggml.seperator_token_id"; // GGUF's spelling
  private static final String ADDS_SEPARATOR = "tokenizer.ggml.add_sep_token";

  private final Tokenizer tokenizer;
  private final @Nullable PairTemplate template;
  private final int[] begin;
  private final int[] between;
  private final int[] end;

  private PairTokens(
      Tokenizer tokenizer, @Nullable PairTemplate template, int[] begin, int[] between, int[] end) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.begin = begin;
    this.between = between;
    this.end = end;
  }

  /** How pairs are written for the model of a file. */
  static PairTokens of(Metadata metadata, Tokenizer tokenizer) {
    int[] bare = tokenizer.encode("a", false, false);
    int[] whole = tokenizer.encode("a", true, false);
    int before = 0;
    while (before < whole.length - bare.length
        && !Arrays.equals(bare, Arrays.copyOfRange(whole, before, before + bare.length))) {
      before++;
    }
    int[] end = Arrays.copyOfRange(whole, before + bare.length, whole.length);
    return new PairTokens(
        tokenizer,
        PairTemplate.of(metadata, tokenizer),
        Arrays.copyOf(whole, before),
        addsSeparator(metadata) ? joined(end, metadata.int32(SEPARATOR)) : end,
        end);
  }

  /** Whether a second token stands between two texts: BERT's own ends a text, and there is one. */
  private static boolean addsSeparator(Metadata metadata) {
    boolean bert =
        metadata.value("tokenizer.ggml.model") instanceof GgufValue.Text(String kind)
            && kind.equals("bert");
    return !bert && metadata.has(SEPARATOR) && metadata.bool(ADDS_SEPARATOR, false);
  }

  /**
   * The tokens of a pair.
   *
   * @param longest how many there may be
   * @param truncate whether the document loses its end where there are more
   * @throws InvalidRequestException when there are more and {@code truncate} is false, or the query
   *     alone leaves no room
   */
  int[] of(String query, String document, int longest, boolean truncate) {
    int[] all = all(query, document);
    if (all.length <= longest) {
      return all;
    }
    if (!truncate) {
      throw new InvalidRequestException(
          "query and document have "
              + all.length
              + " tokens together, the model's context "
              + longest
              + "; split the document, or have its end cut with the option truncate");
    }
    int fits = 0; // characters of the document
    int fitsNot = document.length();
    while (fitsNot - fits > 1) {
      int middle = (fits + fitsNot) >>> 1;
      if (all(query, start(document, middle)).length <= longest) {
        fits = middle;
      } else {
        fitsNot = middle;
      }
    }
    int[] cut = all(query, start(document, fits));
    if (cut.length > longest) {
      throw new InvalidRequestException(
          "the query leaves no room for a document: with what stands around them it has "
              + cut.length
              + " tokens, the model's context "
              + longest
              + "; shorten the query");
    }
    return cut;
  }

  /** The first characters, without half of one. */
  private static String start(String text, int length) {
    boolean half = length > 0 && Character.isHighSurrogate(text.charAt(length - 1));
    return text.substring(0, half ? length - 1 : length);
  }

  private int[] all(String query, String document) {
    return template != null
        ? template.encode(query, document)
        : joined(
            joined(joined(begin, tokenizer.encode(query, false, false)), between),
            joined(tokenizer.encode(document, false, false), end));
  }

  private static int[] joined(int[] first, int... second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
