package io.wasmchord.web.kernels;

import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.kernels.arguments.Kernel;
import java.util.LinkedHashMap;
import java.util.Map;

/** Adds kernels to a module, and remembers where in its function table they stand. */
final class KernelTable {
  private final ModuleBuilder module;
  private final Map<String, Integer> places = new LinkedHashMap<>();

  KernelTable(ModuleBuilder module) {
    this.module = module;
  }

  /** Emits {@code body}, which reads the kernel's own arguments and no others. */
  <A> void add(Kernel<A> kernel, Emit.Body<A> body) {
    places.put(kernel.name(), Emit.kernel(module, body));
  }

  /** Places by name. */
  Map<String, Integer> places() {
    return Map.copyOf(places);
  }
}
