package io.wasmchord.backend;

import java.util.List;
import java.util.Objects;

/** The matrices of an {@link Expert}. */
public enum ExpertMatrix {
  GATE,
  UP,
  DOWN;

  /** Those that an expert has. */
  public static List<ExpertMatrix> all(Expert expert) {
    return expert.gate() == null ? List.of(UP, DOWN) : List.of(GATE, UP, DOWN);
  }

  /** That of an expert that has it. */
  public Tensor of(Expert expert) {
    return switch (this) {
      case GATE -> Objects.requireNonNull(expert.gate());
      case UP -> expert.up();
      case DOWN -> expert.down();
    };
  }
}
