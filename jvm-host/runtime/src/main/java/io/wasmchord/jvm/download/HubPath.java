package io.wasmchord.jvm.download;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The path of a file on the hub. */
final class HubPath {
  /** What no name on the way has, also where a server decodes it once more. */
  private static final Pattern MISLEADING =
      Pattern.compile("[\\\\\\p{Cntrl}]|%(?:2[ef5]|5c|7f|[01][\\da-f])", Pattern.CASE_INSENSITIVE);

  private HubPath() {}

  /**
   * The path for {@code owner/repository/file.gguf[@revision]}; null where that is not what it is.
   */
  static @Nullable String of(String name) {
    int at = name.lastIndexOf('@');
    String revision = at < 0 ? "main" : name.substring(at + 1);
    String[] parts = (at < 0 ? name : name.substring(0, at)).split("/", -1);
    if (parts.length < 3
        || MISLEADING.matcher(name).find()
        || leadsElsewhere(parts)
        || leadsElsewhere(revision.split("/", -1))) {
      return null;
    }
    String file =
        Arrays.stream(parts).skip(2).map(HubPath::encode).collect(Collectors.joining("/"));
    return String.join(
        "/", "", encode(parts[0]), encode(parts[1]), "resolve", encode(revision), file);
  }

  private static boolean leadsElsewhere(String[] parts) {
    return Arrays.stream(parts).anyMatch(part -> part.matches("\\.*"));
  }

  private static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
