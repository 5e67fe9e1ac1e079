package io.wasmchord.jvm;

import io.wasmchord.jvm.download.DownloadCache;
import io.wasmchord.jvm.download.DownloadPolicy;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where downloaded models are kept. */
final class CacheOptions {
  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      description = {
        "Where downloaded models are kept; by default what CHORD_CACHE names, else wasm-chord in",
        "XDG_CACHE_HOME, else ~/.cache/wasm-chord."
      })
  private @Nullable Path directory;

  DownloadCache cache() {
    return new DownloadCache(directory(), DownloadPolicy.standard());
  }

  Path directory() {
    return directory == null ? DownloadCache.defaultDirectory(System.getenv()) : directory;
  }
}
