package io.wasmchord.jvm.download;

import io.wasmchord.jvm.download.DownloadException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Where a model is: a file here, or one on a server. */
public sealed interface ModelAddress {
  /** The hub that {@code hf:} stands for, unless the environment's HF_ENDPOINT names another. */
  String HUB = "https://huggingface.co";

  /** The addresses of all files of a split model, in order; of another model this one. */
  List<? extends ModelAddress> splits();

  /** A file on this machine. */
  record Local(Path path) implements ModelAddress {
    @Override
    public List<Local> splits() {
      List<String> names = SplitName.all(String.valueOf(path.getFileName()));
      return names.size() == 1
          ? List.of(this)
          : names.stream().map(name -> new Local(path.resolveSibling(name))).toList();
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * A file on a server.
   *
   * @param token what the server is shown as a bearer token; empty for nothing
   */
  record Remote(URI uri, String token) implements ModelAddress {
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]*");

    /**
     * Checks the token, which goes into a header as it stands.
     *
     * @throws DownloadException with {@code invalid_token} when it has another character than
     *     letters, digits and signs; the message does not say which token
     */
    public Remote {
      token = token.strip();
      if (!TOKEN.matcher(token).matches()) {
        throw new DownloadException(
            Kind.INVALID_TOKEN,
            "the token for "
                + uri.getHost()
                + " (HF_TOKEN) has a character that no token has, such as a space or a line break;"
                + " copy it once more");
      }
    }

    @Override
    public List<Remote> splits() {
      String path = uri.getRawPath();
      int name = path.lastIndexOf('/') + 1;
      String folder = path.substring(0, name);
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      List<String> names = SplitName.all(path.substring(name));
      return names.size() == 1
          ? List.of(this)
          : names.stream()
              .map(split -> new Remote(uri.resolve(folder + split + query), token))
              .toList();
    }

    /** The address in a message: the token is a secret, and so may be what is behind a ?. */
    @Override
    public String toString() {
      return PublicAddress.shown(uri);
    }
  }

  /**
   * Reads what a user wrote: a path, {@code http(s)://...}, or {@code
   * hf:owner/repository/file.gguf[@revision]}.
   *
   * @param environment HF_ENDPOINT is another hub than {@link #HUB}, HF_TOKEN the token for it
   * @throws DownloadException with {@code invalid_address}, or with {@code invalid_token} when the
   *     address is of the hub
   */
  static ModelAddress parse(String text, Map<String, String> environment) {
    String hub = environment.getOrDefault("HF_ENDPOINT", "").strip();
    hub = (hub.isEmpty() ? HUB : hub).replaceFirst("/+$", "");
    String lower = text.toLowerCase(Locale.ROOT);
    URI uri;
    if (lower.startsWith("hf:")) {
      uri = uri(hub + hubPath(text), text);
    } else if (lower.startsWith("http://") || lower.startsWith("https://")) {
      uri = uri(text, text);
    } else if (lower.matches("[a-z][a-z0-9+.-]+://.*")) {
      throw invalid(text, "only http:// and https:// are understood");
    } else {
      return new Local(path(text));
    }
    boolean own = Origin.of(uri).equals(Origin.of(uri(hub, hub)));
    return new Remote(uri, own ? environment.getOrDefault("HF_TOKEN", "") : "");
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw invalid(text, e.getReason());
    }
  }

  private static String hubPath(String text) {
    String path = HubPath.of(text.substring("hf:".length()));
    if (path == null) {
      throw invalid(text, "write hf:owner/repository/file.gguf, or ...file.gguf@revision");
    }
    return path;
  }

  private static URI uri(String address, String text) {
    try {
      URI uri = new URI(address.replace(" ", "%20").replaceFirst("#.*", ""));
      if (uri.getHost() == null || uri.getRawPath() == null) {
        throw invalid(text, "it names no server");
      }
      if (uri.getRawUserInfo() != null) {
        throw invalid(uri.getHost(), "a name and a password in an address are not supported");
      }
      return uri;
    } catch (URISyntaxException e) {
      throw invalid(text, e.getReason() + " at character " + e.getIndex());
    }
  }

  private static DownloadException invalid(String text, String reason) {
    return new DownloadException(
        Kind.INVALID_ADDRESS,
        "'" + PublicAddress.guarded(text) + "' is not the address of a model: " + reason);
  }
}
