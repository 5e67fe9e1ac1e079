package io.wasmchord.web;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.errors.WeightsUnavailableException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.web.memory.Bank;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The memories of a planned model: what the worker fills, and what tensors are bound to. */
final class Storage implements WeightSource {
  private static final int ALIGNMENT = 64;

  private final GgufFile file;
  private final LoadPlan plan;
  private final LayerMap map;
  private final List<LinearAllocator> banks = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private final List<LinearMemory> slots = new ArrayList<>();
  private @Nullable LinearMemory staging; // of what is read while computing, outside of layers

  /** Bytes of the file that lie in a memory. */
  private record Segment(long from, int bank, LinearMemory memory) {
    long to() {
      return from + memory.size();
    }
  }

  Storage(GgufFile file, LoadPlan plan, int layers, LinearAllocator main) {
    this.file = file;
    this.plan = plan;
    this.map = LayerMap.of(file, layers);
    banks.add(main);
    for (int i = 1; i < plan.layers().size(); i++) {
      int number = Bank.create();
      if (number != i) {
        throw new OutOfMemoryException(
            "the browser reserves no memory number "
                + i
                + "; close other tabs, or set memoryBudget to let layers pass through less memory");
      }
      banks.add(new LinearAllocator(new Bank.Further(i)));
    }
    if (plan.layers().size() == 1) {
      segments.add(new Segment(file.dataOffset(), 0, main.allocate(file.dataBytes())));
    } else {
      place();
    }
    for (int i = 0; i < plan.slots(); i++) {
      slots.add(main.allocate(plan.slotBytes()));
    }
  }

  private void place() {
    List<TensorInfo> sorted = new ArrayList<>(file.tensors());
    sorted.sort(Comparator.comparingLong(TensorInfo::offset));
    long start = 0;
    long end = 0;
    int bank = -1;
    for (TensorInfo tensor : sorted) {
      int wanted = bankOf(tensor);
      if (wanted != bank || tensor.offset() - end >= ALIGNMENT) {
        add(bank, start, end);
        bank = wanted;
        start = tensor.offset();
      }
      end = tensor.offset() + tensor.bytes();
    }
    add(bank, start, end);
  }

  private void add(int bank, long start, long end) {
    if (bank >= 0) {
      LinearMemory memory = banks.get(bank).allocate(end - start);
      segments.add(new Segment(file.dataOffset() + start, bank, memory));
    }
  }

  /** The memory that holds a tensor, or -1 where it is read when it is needed. */
  private int bankOf(TensorInfo tensor) {
    int layer = LayerMap.layerOf(tensor.name());
    if (plan.streamed()) {
      boolean lookup =
          tensor.name().equals("token_embd.weight") && file.tensor("output.weight") != null;
      return layer >= 0 || lookup ? -1 : 0;
    }
    int end = 0;
    for (int bank = 0; bank < plan.layers().size(); bank++) {
      end += plan.layers().get(bank);
      if (layer < end) {
        return bank;
      }
    }
    return 0;
  }

  List<LinearAllocator> banks() {
    return banks;
  }

  LayerMap map() {
    return map;
  }

  List<Memory> slots() {
    return List.copyOf(slots);
  }

  /** Where the worker writes what: ranges of the file, and the pieces of layers in slots. */
  JsonObject describe() {
    List<JsonValue> ranges = new ArrayList<>();
    for (Segment s : segments) {
      ranges.add(
          JsonObject.builder()
              .put("from", s.from)
              .put("to", s.to())
              .put("bank", s.bank)
              .put("address", s.memory.address() & 0xFFFFFFFFL)
              .build());
    }
    List<JsonValue> addresses = new ArrayList<>();
    for (LinearMemory slot : slots) {
      addresses.add(JsonValue.of(slot.address() & 0xFFFFFFFFL));
    }
    List<JsonValue> layers = new ArrayList<>();
    for (int layer = 0; layer < (plan.streamed() ? map.layers() : 0); layer++) {
      List<JsonValue> pieces = new ArrayList<>();
      for (LayerMap.Piece p : map.pieces(layer)) {
        pieces.add(
            JsonObject.builder()
                .put("offset", p.fileOffset())
                .put("bytes", p.bytes())
                .put("at", p.slotOffset())
                .build());
      }
      layers.add(JsonValue.of(pieces));
    }
    return JsonObject.builder()
        .put("segments", JsonValue.of(ranges))
        .put("slots", JsonValue.of(addresses))
        .put("layers", JsonValue.of(layers))
        .build();
  }

  @Override
  public String name() {
    return file.fileName();
  }

  @Override
  public long size() {
    return file.dataOffset() + file.dataBytes();
  }

  @Override
  public ByteView view(long offset, long length) {
    for (Segment s : segments) {
      if (offset >= s.from && offset + length <= s.to()) {
        return s.memory.slice(offset - s.from, length);
      }
    }
    return readNow(offset, length);
  }

  /** Reads what is in no memory; the view is good until the next one. */
  private LinearMemory readNow(long offset, long length) {
    LinearMemory room = staging;
    if (room == null || room.size() != length) {
      if (room != null) {
        banks.getFirst().release(room);
      }
      room = banks.getFirst().allocate(length);
      staging = room;
    }
    check(Host.readNow((double) offset, (int) length, room.address()), name());
    return room;
  }

  /** Turns what the host says of a read into an error. */
  static void check(int result, String name) {
    if (result == 2) {
      throw new CancelledException("stopped at the caller's request");
    }
    if (result != 0) {
      throw new WeightsUnavailableException(
          "a part of "
              + name
              + " cannot be read any more; if it was deleted or the connection broke, load the model again");
    }
  }

  @Override
  public void close() {}
}
