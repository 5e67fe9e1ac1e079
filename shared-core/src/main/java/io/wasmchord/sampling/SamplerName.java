package io.wasmchord.sampling;

import io.wasmchord.errors.InvalidRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The samplers that a chain is made of, with the names that requests give them. */
public enum SamplerName {
  PENALTIES("penalties"),
  DRY("dry"),
  TOP_N_SIGMA("top_n_sigma"),
  TOP_K("top_k"),
  TYPICAL_P("typical_p"),
  TOP_P("top_p"),
  MIN_P("min_p"),
  XTC("xtc"),
  TEMPERATURE("temperature");

  /** The order where a request says nothing: llama.cpp's. */
  public static final List<SamplerName> USUAL = List.of(values());

  private static final String SHORT_TYPICAL = "typ_p"; // as llama.cpp spells it, too

  private final String label;

  SamplerName(String label) {
    this.label = label;
  }

  /** What requests call it, e.g. {@code top_k}. */
  public String label() {
    return label;
  }

  /**
   * The sampler that {@code label} names.
   *
   * @throws InvalidRequestException when there is none
   */
  public static SamplerName of(String label) {
    for (SamplerName name : values()) {
      if (name.label.equals(label) || (name == TYPICAL_P && label.equals(SHORT_TYPICAL))) {
        return name;
      }
    }
    String all = Arrays.stream(values()).map(SamplerName::label).collect(Collectors.joining(", "));
    throw new InvalidRequestException(
        "'samplers' names '" + label + "', which is none; there are " + all);
  }
}
