package io.wasmchord.cli.options;

import io.wasmchord.jvm.FileException;
import io.wasmchord.jvm.download.DownloadCache;
import io.wasmchord.jvm.download.DownloadPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where downloaded models are kept. */
public final class CacheOptions {
  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      description = {
        "Where downloaded models are kept; by default what CHORD_CACHE names, else wasm-chord in",
        "XDG_CACHE_HOME, else ~/.cache/wasm-chord."
      })
  private @Nullable Path directory;

  /**
   * The cache.
   *
   * @throws FileException when there is something else in its place
   */
  public DownloadCache cache() {
    if (Files.exists(directory()) && !Files.isDirectory(directory())) {
      throw new FileException(directory() + " is no folder; --cache-dir names another");
    }
    return new DownloadCache(directory(), DownloadPolicy.standard());
  }

  public Path directory() {
    return directory == null ? DownloadCache.defaultDirectory(System.getenv()) : directory;
  }
}
