package io.wasmchord.web;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.ControlLayout;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.ProfileLayout;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.simd.SimdBackend;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The emitted kernels of one model.
 *
 * @param bytes the module in linear memory, for the host to compile
 * @param controls what the threads share, in each memory
 * @param profiles what the threads note, in each memory; none where they do not
 */
public record Kernels(
    KernelModule module,
    LinearMemory bytes,
    List<LinearMemory> controls,
    List<LinearMemory> profiles,
    int threads) {
  /**
   * Which kernels.
   *
   * @param relaxed whether relaxed SIMD may be used
   * @param shared whether the memory is shared with other threads
   * @param counting whether they note how long they take
   */
  public record Variant(boolean relaxed, boolean shared, boolean counting) {}

  static Kernels emit(GgufFile file, Variant variant, int threads, List<LinearAllocator> banks) {
    Set<TensorType> types = EnumSet.of(TensorType.F32); // adapters' too
    for (TensorInfo tensor : file.tensors()) {
      if (KernelModule.supports(tensor.type())) { // a matrix may have one row, as a router of one
        types.add(tensor.type());
      }
    }
    KernelModule module =
        variant.counting
            ? KernelModule.counting(types, variant.relaxed, variant.shared)
            : KernelModule.emit(types, variant.relaxed, variant.shared);
    byte[] code = module.bytes();
    LinearMemory bytes = banks.getFirst().allocate(code.length);
    bytes.putBytes(0, code, 0, code.length);
    List<LinearMemory> controls = new ArrayList<>();
    List<LinearMemory> profiles = new ArrayList<>();
    for (LinearAllocator bank : banks) {
      LinearMemory control = bank.allocate(ControlLayout.BYTES);
      controls.add(control);
      if (variant.counting) {
        int each = module.table().size() * ProfileLayout.RECORD;
        LinearMemory profile = bank.allocate((long) threads * each);
        control.putInt(ControlLayout.PROFILE, profile.address());
        control.putInt(ControlLayout.PROFILE_BYTES, each);
        profiles.add(profile);
      }
    }
    return new Kernels(module, bytes, List.copyOf(controls), List.copyOf(profiles), threads);
  }

  /** What the host needs to compile the module and to start its threads. */
  JsonObject describe() {
    List<JsonValue> places = new ArrayList<>();
    for (LinearMemory control : controls) {
      places.add(JsonValue.of(control.address() & 0xFFFFFFFFL));
    }
    return JsonObject.builder()
        .put("address", bytes.address() & 0xFFFFFFFFL)
        .put("bytes", bytes.size())
        .put("controls", JsonValue.of(places))
        .put("failed", ControlLayout.FAILED)
        .put("generation", ControlLayout.GENERATION)
        .put("epoch", ControlLayout.EPOCH)
        .put("list", ControlLayout.LIST)
        .build();
  }

  /**
   * What the threads noted since the last call: for each kernel, and each thread, commands, time
   * with them, barriers that came next, time at them, and how many of them took long. In
   * microseconds; nothing where they do not count.
   */
  JsonArray profile() {
    List<JsonValue> rows = new ArrayList<>();
    module
        .table()
        .forEach((name, place) -> {
          for (int thread = 0; thread < threads; thread++) {
            JsonObject row = noted(name, place, thread);
            if (row != null) {
              rows.add(row);
            }
          }
        });
    return JsonValue.of(rows);
  }

  private @Nullable JsonObject noted(String name, int place, int thread) {
    int[] sums = new int[ProfileLayout.RECORD / 4];
    for (LinearMemory profile : profiles) {
      long record = (long) (thread * module.table().size() + place) * ProfileLayout.RECORD;
      for (int i = 0; i < sums.length; i++) {
        sums[i] += profile.getInt(record + 4L * i);
        profile.putInt(record + 4L * i, 0);
      }
    }
    if (sums[ProfileLayout.COMMANDS / 4] == 0) {
      return null;
    }
    return JsonObject.builder()
        .put("kernel", name)
        .put("thread", thread)
        .put("commands", sums[ProfileLayout.COMMANDS / 4])
        .put("workMicros", sums[ProfileLayout.WORK / 4])
        .put("waits", sums[ProfileLayout.WAITS / 4])
        .put("waitMicros", sums[ProfileLayout.WAITED / 4])
        .put("longWaits", sums[ProfileLayout.LONG_WAITS / 4])
        .build();
  }

  /** Gives all memory back, for a browser that cannot compile the module. */
  void drop(List<LinearAllocator> banks) {
    banks.getFirst().release(bytes);
    for (int i = 0; i < controls.size(); i++) {
      banks.get(i).release(controls.get(i));
      if (!profiles.isEmpty()) {
        banks.get(i).release(profiles.get(i));
      }
    }
  }

  /** The backends that use the compiled module; the module's bytes are given back. */
  List<SimdBackend> backends(List<LinearAllocator> banks) {
    banks.getFirst().release(bytes);
    List<SimdBackend> backends = new ArrayList<>();
    for (int i = 0; i < controls.size(); i++) {
      int bank = i;
      backends.add(
          new SimdBackend(
              banks.get(i),
              module,
              controls.get(i),
              SimdBackend.Threads.of(threads),
              (control, list) -> Host.run(bank, control.address(), list.address()) == 0));
    }
    return backends;
  }
}
