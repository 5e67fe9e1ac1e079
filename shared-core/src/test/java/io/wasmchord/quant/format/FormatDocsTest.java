package io.wasmchord.quant.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.quant.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of formats in the docs are what the formats state. */
class FormatDocsTest {
  private static final Path DOCS = Path.of("..", "docs");

  private static <F> Stream<F> formats(Class<F> kind) {
    return Arrays.stream(TensorType.values())
        .map(TensorType::format)
        .filter(kind::isInstance)
        .map(kind::cast);
  }

  /** The lines after the first that begins with {@code head}, up to one that does not begin so. */
  private static List<String> table(Path page, String head) throws IOException {
    return Files.readAllLines(page).stream()
        .dropWhile(line -> !line.startsWith(head))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String range(Range range) {
    return range.least() + ".." + range.most();
  }

  private static String row(IntegerFormat format) {
    int summed = format instanceof PartedFormat f ? f.part() : format.group();
    int groups = format.values() / summed;
    long group = (long) summed * format.quants().magnitude() * Partner.LARGEST;
    String scales = "";
    String sums = "";
    switch (format) {
      case PlainFormat _, OffsetFormat _, PartedFormat _ -> {}
      case ScaledFormat f -> {
        scales = range(f.scales());
        sums = number(groups * f.scales().magnitude() * group);
      }
      case MinimumFormat f -> {
        scales = range(f.scales()) + ", " + range(f.scales());
        long minimums = (long) f.values() * f.scales().magnitude() * Partner.LARGEST;
        sums = number(groups * f.scales().magnitude() * group) + "; " + number(minimums);
      }
    }
    List<String> cells =
        List.of(
            format.name(),
            format.values() + " in " + format.bytes(),
            range(format.quants()),
            scales,
            String.valueOf(summed),
            number(group),
            sums);
    return ("| " + String.join(" | ", cells) + " |").replaceAll(" {2,}", " ");
  }

  @Test
  void rangesAreThoseOfTheFormats() throws IOException {
    assertEquals(
        formats(IntegerFormat.class).map(FormatDocsTest::row).toList(),
        table(DOCS.resolve("arithmetic.md"), "| format | values"));
  }

  @Test
  void termsAreThoseOfTheFormats() throws IOException {
    List<String> rows =
        formats(IntegerFormat.class)
            .collect(Collectors.groupingBy(f -> f.getClass().getSuperclass()))
            .values()
            .stream()
            .map(FormatDocsTest::kind)
            .sorted()
            .toList();
    List<String> written =
        table(DOCS.resolve("arithmetic.md"), "| weights | activations").stream()
            .map(line -> line.substring(0, line.indexOf('`')))
            .sorted()
            .toList();
    assertEquals(rows, written);
  }

  private static String kind(List<IntegerFormat> formats) {
    String names =
        formats.stream()
            .sorted((a, b) -> Integer.compare(a.id(), b.id()))
            .map(BlockFormat::name)
            .collect(Collectors.joining(", "));
    return "| " + names + " | " + formats.getFirst().partner() + " | ";
  }

  @Test
  void theReadmeNamesEveryFormat() throws IOException {
    String line =
        Files.readAllLines(DOCS.resolve("../README.md")).stream()
            .filter(l -> l.startsWith("Formats F32"))
            .findFirst()
            .orElseThrow();
    for (WeightFormat format : formats(WeightFormat.class).toList()) {
      assertTrue(line.matches(".*\\b" + format.name() + "\\b.*"), format + " in: " + line);
    }
  }

  @Test
  void theExamplesLayoutIsTheFormats() throws IOException {
    assertEquals(
        new MXFP4()
            .fields().stream()
                .map(f -> "| " + f.at() + " | " + f.name() + " | " + f.count() + " of " + f.bits())
                .toList(),
        table(DOCS.resolve("adding-a-format.md"), "| byte | field").stream()
            .map(line -> line.substring(0, line.indexOf(" bits")))
            .toList());
  }
}
