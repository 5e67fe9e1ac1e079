package io.wasmchord.jvm.download;

import io.wasmchord.gguf.SplitGguf;
import io.wasmchord.jvm.download.DownloadException.Kind;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The names of a model's files: {@code model-00001-of-00003.gguf} is the first of three. */
final class SplitName {
  private static final Pattern SPLIT =
      Pattern.compile("(.*-)(\\d{5})-of-(\\d{5})(\\.[gG][gG][uU][fF])");

  private SplitName() {}

  /**
   * The names of all files of the model that {@code name} belongs to, in order.
   *
   * @throws DownloadException with {@code wrong_parts} when they are more than a model may have
   */
  static List<String> all(String name) {
    Matcher m = SPLIT.matcher(name);
    if (!m.matches() || Integer.parseInt(m.group(2)) == 0) {
      return List.of(name);
    }
    int count = Integer.parseInt(m.group(3));
    if (Integer.parseInt(m.group(2)) > count) {
      return List.of(name);
    }
    if (count > SplitGguf.MAX_SPLITS) {
      throw new DownloadException(
          Kind.WRONG_PARTS,
          name
              + " names a model in "
              + count
              + " files; the most are "
              + SplitGguf.MAX_SPLITS
              + ": split it into larger ones");
    }
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            i -> String.format(Locale.ROOT, "%s%05d-of-%05d%s", m.group(1), i, count, m.group(4)))
        .toList();
  }
}
