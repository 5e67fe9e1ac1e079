package io.wasmchord.model.residency;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Where a layer's tensors lie in the file, and where in a slot of memory. */
public final class LayerMap {
  private static final int ALIGNMENT = 64;

  private final List<List<Piece>> layers;

  /**
   * Bytes that follow each other in the file and in the slot.
   *
   * @param fileOffset from the start of the file
   * @param slotOffset from the start of the slot
   */
  public record Piece(long fileOffset, long bytes, long slotOffset) {
    private boolean holds(long offset, long length) {
      return offset >= fileOffset && offset + length <= fileOffset + bytes;
    }
  }

  private LayerMap(List<List<Piece>> layers) {
    this.layers = layers;
  }

  /** The map of a file's tensors {@code blk.0.} to {@code blk.(count - 1).}. */
  public static LayerMap of(GgufFile file, int count) {
    List<List<TensorInfo>> tensors = new ArrayList<>();
    for (int layer = 0; layer < count; layer++) {
      tensors.add(new ArrayList<>());
    }
    for (TensorInfo tensor : file.tensors()) {
      int layer = layerOf(tensor.name());
      if (layer >= 0 && layer < count) {
        tensors.get(layer).add(tensor);
      }
    }
    List<List<Piece>> layers = new ArrayList<>();
    for (List<TensorInfo> layer : tensors) {
      layer.sort(Comparator.comparingLong(TensorInfo::offset));
      layers.add(pieces(file.dataOffset(), layer));
    }
    return new LayerMap(List.copyOf(layers));
  }

  /** The layer that a tensor's name says, or -1. */
  public static int layerOf(String name) {
    int end = name.indexOf('.', 4);
    if (!name.startsWith("blk.") || end < 0 || end > 9) {
      return -1;
    }
    int layer = 0;
    for (int i = 4; i < end; i++) {
      char c = name.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      layer = 10 * layer + c - '0';
    }
    return layer;
  }

  private static List<Piece> pieces(long dataOffset, List<TensorInfo> tensors) {
    List<Piece> pieces = new ArrayList<>();
    for (TensorInfo tensor : tensors) {
      long start = dataOffset + tensor.offset();
      Piece last = pieces.isEmpty() ? null : pieces.getLast();
      long gap = last == null ? 0 : start - (last.fileOffset + last.bytes);
      if (last != null && gap < ALIGNMENT) {
        Piece longer =
            new Piece(last.fileOffset, last.bytes + gap + tensor.bytes(), last.slotOffset);
        pieces.set(pieces.size() - 1, longer);
      } else {
        long end = last == null ? 0 : last.slotOffset + last.bytes;
        long slot = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        pieces.add(new Piece(start, tensor.bytes(), slot));
      }
    }
    return List.copyOf(pieces);
  }

  /** Layers. */
  public int layers() {
    return layers.size();
  }

  /** The pieces of a layer. */
  public List<Piece> pieces(int layer) {
    return layers.get(layer);
  }

  /** Bytes of a layer in the file. */
  public long bytes(int layer) {
    return layers.get(layer).stream().mapToLong(Piece::bytes).sum();
  }

  /** Bytes that a slot must have to hold any layer. */
  public long slotBytes() {
    long most = 0;
    for (List<Piece> pieces : layers) {
      if (!pieces.isEmpty()) {
        most = Math.max(most, pieces.getLast().slotOffset + pieces.getLast().bytes);
      }
    }
    return most;
  }

  /** The bytes of a layer, by their place in the file, in a slot that holds it. */
  public WeightSource source(String name, int layer, Memory slot) {
    return new SlotSource(name, pieces(layer), slot);
  }

  private record SlotSource(String name, List<Piece> pieces, Memory slot) implements WeightSource {
    @Override
    public long size() {
      return Long.MAX_VALUE;
    }

    @Override
    public ByteView view(long offset, long length) {
      for (Piece piece : pieces) {
        if (piece.holds(offset, length)) {
          return slot.slice(piece.slotOffset + offset - piece.fileOffset, length);
        }
      }
      throw new IndexOutOfBoundsException(name + " has no bytes at " + offset + " in this layer");
    }

    @Override
    public void close() {}
  }
}
