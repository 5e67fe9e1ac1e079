package io.wasmchord.model.transformer;

import io.wasmchord.backend.Commands;
import io.wasmchord.model.AdapterScale;
import java.util.List;

/** How the commands of a section are recorded. */
@FunctionalInterface
interface Recordings {
  /** An empty list, for sequences with these adapters. */
  Commands begin(Section section, List<AdapterScale> adapters);
}
