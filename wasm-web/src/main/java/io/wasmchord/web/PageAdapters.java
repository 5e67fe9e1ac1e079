package io.wasmchord.web;

import io.wasmchord.api.AdapterChoice;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.model.Adapter;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.Adapters;
import io.wasmchord.web.gpu.GpuBackend;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A model's adapters as a page sees them: by name, out of files that the worker brings. */
final class PageAdapters {
  private static final double MOST_BYTES = Integer.MAX_VALUE;

  private final Adapters adapters;
  private final LinearAllocator allocator;
  private final @Nullable GpuBackend gpu;
  private @Nullable LinearMemory buffer;

  /**
   * @param gpu where they lie, too, or null
   */
  PageAdapters(Adapters adapters, LinearAllocator allocator, @Nullable GpuBackend gpu) {
    this.adapters = adapters;
    this.allocator = allocator;
    this.gpu = gpu;
  }

  /** Address of a buffer for an adapter's whole file; replaces the one given before. */
  int buffer(double bytes) {
    drop();
    if (!(bytes <= MOST_BYTES)) {
      throw new OutOfMemoryException("an adapter of " + (long) bytes + " bytes is too large");
    }
    LinearMemory taken = allocator.allocate((long) bytes);
    buffer = taken;
    return taken.address();
  }

  /** Gives the buffer back. */
  void drop() {
    if (buffer != null) {
      allocator.release(buffer);
      buffer = null;
    }
  }

  /**
   * Makes an adapter of what lies in the buffer, which is given back.
   *
   * @param file its file's name
   * @param room bytes that all adapters together may take
   */
  JsonObject load(String name, String file, double room) {
    LinearMemory bytes = buffer;
    if (bytes == null) {
      throw new InvalidRequestException("the engine was called out of order");
    }
    try {
      if (gpu != null) {
        gpu.unseal(); // a loss of the device is none of the adapter
      }
      GgufFile header = GgufReader.parse(bytes, bytes.size(), file);
      Adapter adapter = adapters.load(header, new BufferedFile(file, bytes), name, (long) room);
      return JsonObject.builder()
          .put("name", adapter.name())
          .put("rank", adapter.rank())
          .put("bytes", adapter.bytes())
          .build();
    } finally {
      if (gpu != null) {
        gpu.seal();
      }
      drop();
    }
  }

  void unload(String name) {
    adapters.unload(named(name));
  }

  /** Chooses adapters for requests that choose none; {@code json} is a list of names and scales. */
  void use(String json) {
    adapters.use(chosen(AdapterChoice.list("adapters", JsonReader.parse(json))));
  }

  /** The adapters of these names. */
  List<AdapterScale> chosen(List<AdapterChoice> choices) {
    return choices.stream().map(c -> new AdapterScale(named(c.name()), c.scale())).toList();
  }

  private Adapter named(String name) {
    for (Adapter adapter : adapters.loaded()) {
      if (adapter.name().equals(name)) {
        return adapter;
      }
    }
    String names =
        adapters.loaded().stream().map(Adapter::name).collect(Collectors.joining("', '"));
    throw new InvalidRequestException(
        "there is no adapter called '"
            + name
            + "'; "
            + (names.isEmpty() ? "none is loaded" : "there are '" + names + "'"));
  }

  long bytes() {
    return adapters.bytes();
  }
}
