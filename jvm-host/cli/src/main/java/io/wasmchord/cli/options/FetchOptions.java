package io.wasmchord.cli.options;

import io.wasmchord.cli.terminal.Progress;
import io.wasmchord.jvm.download.DownloadCache;
import io.wasmchord.jvm.download.ModelAddress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a model's address becomes a file. */
public final class FetchOptions {
  /** What addresses look like, for the help texts. */
  public static final String ADDRESSES =
      "A path, http(s)://..., or hf:owner/repository/file.gguf[@revision].";

  @Mixin private CacheOptions cache = new CacheOptions();

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      defaultValue = "",
      description = "The SHA-256 that the model's file must have.")
  private String sha256 = "";

  /** The model's files, in order; downloaded if they are not here yet. */
  public List<Path> fetch(String address, PrintWriter err) {
    return fetch(address, sha256, err);
  }

  /** Those of another model than the one whose SHA-256 may be given. */
  List<Path> fetchOther(String address, PrintWriter err) {
    return fetch(address, "", err);
  }

  private List<Path> fetch(String address, String digest, PrintWriter err) {
    ModelAddress parsed = ModelAddress.parse(address, System.getenv());
    DownloadCache kept = cache.cache();
    if (!kept.has(parsed)) { // said once, also where progress is not shown
      err.println("chord: downloading " + parsed + " to " + cache.directory());
      err.flush();
    }
    return kept.fetchAll(parsed, digest, new Progress(err));
  }
}
