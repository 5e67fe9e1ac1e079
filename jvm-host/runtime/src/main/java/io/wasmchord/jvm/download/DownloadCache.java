package io.wasmchord.jvm.download;

import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.download.DownloadException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The directory of downloaded models. A file's name is a hash of its address and the name that the
 * address ends with, so that it can be recognised; the files of a split model share the hash. What
 * is there is used without asking the server again; delete it to get a newer version.
 */
public final class DownloadCache {
  private static final int HASH_DIGITS = 12;
  private static final int MAX_NAME = 120;

  /**
   * A file in the cache.
   *
   * @param name its name, as {@link #delete} takes it
   * @param url where it is from
   * @param bytes bytes on disk
   * @param total bytes of the whole file, or -1 where unknown
   */
  public record Entry(String name, String url, long bytes, long total) {
    /** Whether all of it is here. */
    public boolean complete() {
      return bytes == total;
    }
  }

  private final Path directory;
  private final DownloadPolicy policy;

  /** A cache in {@code directory}, which is made when something is downloaded. */
  public DownloadCache(Path directory, DownloadPolicy policy) {
    this.directory = directory;
    this.policy = policy;
  }

  /**
   * Where models are kept: CHORD_CACHE, else {@code wasm-chord} in XDG_CACHE_HOME, else in {@code
   * ~/.cache}.
   */
  public static Path defaultDirectory(Map<String, String> environment) {
    String own = environment.getOrDefault("CHORD_CACHE", "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    Path shared = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
    return (shared.isAbsolute() ? shared : Path.of(System.getProperty("user.home"), ".cache"))
        .resolve("wasm-chord");
  }

  /**
   * The files of a model, in order: downloaded where they are not here yet. Of a split model the
   * first comes first; its header says how many there are, and each further one says that it is the
   * next, before another is asked for.
   *
   * @param sha256 the digest that the file must have, in hexadecimal; empty where unknown
   * @param control progress in bytes of each file; of a split model the phase says which
   * @throws DownloadException when one cannot be had, or a local split model lacks one, or the
   *     headers do not say what the names do
   * @throws io.wasmchord.errors.MalformedGgufException when a file of a split model is no split of
   *     it
   */
  public List<Path> fetchAll(ModelAddress address, String sha256, RunControl control) {
    List<? extends ModelAddress> splits = address.splits();
    if (splits.size() > 1 && !sha256.isEmpty()) {
      throw new DownloadException(
          Kind.INVALID_ADDRESS,
          address + " has " + splits.size() + " files; one SHA-256 is not enough, leave it out");
    }
    if (splits.size() == 1) {
      return List.of(fetch(splits.getFirst(), 1, sha256, control));
    }
    SplitHeaders headers = new SplitHeaders(splits.size(), splits.getFirst().equals(address));
    for (ModelAddress split : splits) {
      String which = " " + (headers.files().size() + 1) + "/" + splits.size();
      headers.add(fetch(split, splits.size(), sha256, new Named(control, which)));
      if (headers.whole()) {
        break;
      }
    }
    return headers.files();
  }

  private Path fetch(ModelAddress split, int splits, String sha256, RunControl control) {
    return switch (split) {
      case ModelAddress.Local local -> local(local.path(), splits, sha256, control);
      case ModelAddress.Remote remote ->
          Download.fetch(new DownloadRequest(remote, target(remote), sha256), policy, control);
    };
  }

  private static Path local(Path path, int splits, String sha256, RunControl control) {
    if (splits > 1 && !Files.isRegularFile(path)) {
      throw new DownloadException(
          Kind.MISSING_PART,
          path + " is missing; the model has " + splits + " files, put all in one folder");
    }
    if (!sha256.isEmpty()) {
      PartialFile.check(path, DownloadRequest.digest(sha256), control);
    }
    return path;
  }

  /** Says in the phase which file of a split model is meant. */
  private record Named(RunControl control, String which) implements RunControl {
    @Override
    public boolean cancelled() {
      return control.cancelled();
    }

    @Override
    public void progress(String phase, long done, long total) {
      control.progress(phase + which, done, total);
    }
  }

  /** Whether all files of the model are here, whole; true for every local path. */
  public boolean has(ModelAddress address) {
    return switch (address) {
      case ModelAddress.Local _ -> true;
      case ModelAddress.Remote remote -> remote.splits().stream().allMatch(this::present);
    };
  }

  private boolean present(ModelAddress.Remote file) {
    return Download.present(new DownloadRequest(file, target(file), ""), RunControl.NONE);
  }

  /** Where the file of an address is, or would be. */
  Path target(ModelAddress.Remote address) {
    byte[] hash =
        ChunkDigests.sha256()
            .digest(
                PublicAddress.kept(address.splits().getFirst().uri())
                    .getBytes(StandardCharsets.UTF_8));
    String path = address.uri().getPath();
    String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    String end = name.substring(Math.max(0, name.length() - MAX_NAME));
    return directory.resolve(HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS) + "-" + end);
  }

  /** What is here, whole or in part, by name. */
  public List<Entry> list() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(PartialFile.INFO)) {
          add(entries, name.substring(0, name.length() - PartialFile.INFO.length()), file, "");
        } else if (name.endsWith(PartialFile.JOURNAL)) {
          String target = name.substring(0, name.length() - PartialFile.JOURNAL.length());
          add(entries, target, file, PartialFile.PART);
        }
      }
    } catch (IOException e) {
      throw PartialFile.failed(directory, e);
    }
    return entries;
  }

  private void add(List<Entry> entries, String name, Path record, String ending)
      throws IOException {
    Journal journal = Journal.read(record);
    Path data = directory.resolve(name + ending);
    if (journal != null && Files.isRegularFile(data)) {
      entries.add(new Entry(name, journal.url(), Files.size(data), journal.source().size()));
    }
  }

  /** Bytes of all that {@link #list} shows. */
  public long size() {
    return list().stream().mapToLong(Entry::bytes).sum();
  }

  /**
   * Deletes a file, or what has come of it.
   *
   * @param name a name from {@link #list}
   * @return false when there is nothing of that name
   * @throws DownloadException with {@code download_in_progress} while it is being downloaded
   */
  public boolean delete(String name) {
    if (list().stream().noneMatch(entry -> entry.name().equals(name))) {
      return false; // nothing outside the directory can be named
    }
    Path target = directory.resolve(name);
    try (DownloadLock _ = DownloadLock.take(target)) {
      for (String ending : List.of("", PartialFile.INFO, PartialFile.PART, PartialFile.JOURNAL)) {
        Files.deleteIfExists(directory.resolve(name + ending));
      }
    } catch (IOException e) {
      throw PartialFile.failed(target, e);
    }
    return true;
  }

  /**
   * Deletes all.
   *
   * @return how many files
   */
  public int clear() {
    List<String> names = list().stream().map(Entry::name).distinct().toList();
    names.forEach(this::delete);
    return names.size();
  }
}
