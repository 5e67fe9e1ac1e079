package io.wasmchord.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

/** Sizes as people write them. */
public class BudgetOptionsTest {
  private static final BudgetOptions.Size SIZE = new BudgetOptions.Size();

  @ParameterizedTest
  @CsvSource({"123, 123", "2k, 2048", "700m, 734003200", "1.5G, 1610612736", "1gb, 1073741824"})
  void sizes(String text, long bytes) {
    assertEquals(bytes, SIZE.convert(text));
  }

  @Test
  void whatIsNoSize() {
    for (String text : new String[] {"", "m", "-1", "1t", "1,5g", "9".repeat(16)}) {
      assertThrows(TypeConversionException.class, () -> SIZE.convert(text), text);
    }
  }
}
