package io.wasmchord.cli.options;

import io.wasmchord.jvm.LoadedModelBuilder;
import io.wasmchord.weights.CachePolicy;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What to do with a model that is larger than memory. */
public final class BudgetOptions {
  @Option(
      names = "--memory-budget",
      paramLabel = "SIZE",
      converter = Size.class,
      description = {
        "Memory for weights, past tokens and scratch, as in 700m or 1.5g.",
        "Where weights do not fit, layers are read from the file while others compute."
      })
  private long budget = Long.MAX_VALUE;

  @Option(
      names = "--prefetch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Layers that are read ahead of their use (default: ${DEFAULT-VALUE}).")
  private int prefetch;

  @Option(
      names = "--layer-policy",
      defaultValue = "pinned",
      description = {
        "Which layers stay in memory: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
        "Pinned: as many as fit, always the same; lru: those used last."
      })
  private CachePolicy policy = CachePolicy.PINNED;

  /**
   * Sets what the user chose.
   *
   * @throws io.wasmchord.errors.InvalidRequestException when a number is out of range
   */
  LoadedModelBuilder set(LoadedModelBuilder builder) {
    return builder.memory(budget).prefetch(prefetch).layers(policy);
  }

  /** Bytes, or with k, m or g 1024 times as many, and so on. */
  public static final class Size implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)([kmg]?)b?");

    @Override
    public Long convert(String text) {
      Matcher m = SIZE.matcher(text.toLowerCase(Locale.ROOT));
      if (!m.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is not a size; write bytes, or as in 700m or 1.5g");
      }
      int shift = 10 * ("kmg".indexOf(m.group(2)) + (m.group(2).isEmpty() ? 0 : 1));
      return new BigDecimal(m.group(1)).multiply(BigDecimal.valueOf(1L << shift)).longValue();
    }
  }
}
