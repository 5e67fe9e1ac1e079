package io.wasmchord.jvm;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.SplitGguf;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.download.ModelAddress;
import io.wasmchord.weights.WeightSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model's file, or all files of a split one, mapped.
 *
 * @param paths the files in order
 * @param file the header, over the bytes of all files one after the other
 * @param weights these bytes
 */
public record MappedModel(List<Path> paths, GgufFile file, WeightSource weights)
    implements AutoCloseable {
  /** The files of the model that {@code path} is, or is a split of, by their names. */
  public static List<Path> splits(Path path) {
    return new ModelAddress.Local(path).splits().stream().map(ModelAddress.Local::path).toList();
  }

  /**
   * Maps a model's files.
   *
   * @param paths all of them, in order
   * @throws FileException when one cannot be read
   * @throws io.wasmchord.errors.MalformedGgufException when one is no GGUF file, or they do not
   *     belong together
   */
  public static MappedModel open(List<Path> paths) {
    return open(paths, RunControl.NONE);
  }

  /**
   * The same, and stopped when the caller wants it.
   *
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it
   */
  public static MappedModel open(List<Path> paths, RunControl control) {
    List<MappedWeights> splits = new ArrayList<>();
    try {
      List<GgufFile> headers = new ArrayList<>();
      for (Path path : paths) {
        requireSplit(path, paths.size());
        MappedWeights split = MappedWeights.open(path);
        splits.add(split);
        headers.add(header(split, control));
        requireSplits(headers.getFirst(), paths.size());
      }
      if (paths.size() == 1) {
        requireWhole(headers.getFirst(), splits.getFirst());
        return new MappedModel(paths, headers.getFirst(), splits.getFirst());
      }
      GgufFile merged = SplitGguf.merge(headers, splits.stream().map(MappedWeights::size).toList());
      return new MappedModel(List.copyOf(paths), merged, new SplitWeights(splits));
    } catch (RuntimeException e) {
      splits.forEach(MappedWeights::close);
      throw e;
    }
  }

  private static void requireSplit(Path path, int count) {
    if (count > 1 && !Files.exists(path)) {
      throw new FileException(
          path + " is missing; the model has " + count + " files, put all in one folder");
    }
  }

  /** The first header says how many files there are, before the next one is looked for. */
  private static void requireSplits(GgufFile first, int named) {
    int count = SplitGguf.count(first);
    if (named > 1 && count != named) {
      throw new FileException(
          first.fileName()
              + ": the name says that the model is in "
              + named
              + " files, its header says "
              + count
              + "; give the files the names that they had when the model was split");
    }
  }

  private static void requireWhole(GgufFile file, MappedWeights weights) {
    int count = SplitGguf.count(file);
    if (count > 1 && SplitGguf.anotherFollows(file, weights.view(0, weights.size()))) {
      throw new FileException(
          file.fileName()
              + " holds the "
              + count
              + " files of a split model, joined one after the other; such a file is no model."
              + " Load the files as they were, side by side, or merge them with"
              + " llama-gguf-split --merge");
    }
    if (count > 1) {
      throw new FileException(
          file.fileName()
              + " is one of "
              + count
              + " files of a split model, and its name does not say which; give them the names that"
              + String.format(" they had, ending in -00001-of-%05d.gguf and so on", count));
    }
  }

  private static GgufFile header(MappedWeights weights, RunControl control) {
    return GgufReader.parse(
        weights.view(0, weights.size()), weights.size(), weights.name(), control);
  }

  @Override
  public void close() {
    weights.close();
  }
}
