package io.wasmchord.jvm.vector;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.machine.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which kernels in machine code are used, as the processor and the property have it. */
final class MachineChoice {
  /**
   * The property: {@code false} for none, {@code true} also on a system where machine code was
   * never run, or the one kind to use, if the processor has it.
   */
  static final String PROPERTY = "chord.machineCode";

  private static final String OFF = "false";
  private static final Variant.Present HERE = Variant.present();
  private static final List<Variant> ALLOWED = allowed(System.getProperty(PROPERTY));

  private MachineChoice() {}

  private static List<Variant> allowed(@Nullable String wanted) {
    if (wanted == null && !Variant.tried()) {
      return List.of();
    }
    if (wanted == null || wanted.equals("true")) {
      return Arrays.stream(Variant.values()).filter(HERE.variants()::contains).toList();
    }
    return Arrays.stream(Variant.values())
        .filter(v -> v.label().equals(wanted) && HERE.variants().contains(v))
        .toList();
  }

  /**
   * Checks the property.
   *
   * @throws InvalidRequestException when it is nothing that is known
   */
  static void check() {
    String wanted = System.getProperty(PROPERTY);
    if (wanted == null || wanted.equals("true") || wanted.equals(OFF)) {
      return;
    }
    if (Arrays.stream(Variant.values()).noneMatch(v -> v.label().equals(wanted))) {
      throw new InvalidRequestException(
          "-D" + PROPERTY + "=" + wanted + " is unknown; use false, or one of " + labels());
    }
  }

  private static String labels() {
    return Arrays.stream(Variant.values()).map(Variant::label).collect(Collectors.joining(", "));
  }

  /** The fastest, or null where there is none. */
  static @Nullable Variant best() {
    return ALLOWED.isEmpty() ? null : ALLOWED.getFirst();
  }

  /** The fastest whose groups have so many rows, or null. */
  static @Nullable Variant ofRows(int rows) {
    return ALLOWED.stream().filter(v -> v.rows() == rows).findFirst().orElse(null);
  }

  /** Why there is none; for a person. */
  static String absence() {
    String wanted = System.getProperty(PROPERTY);
    if (wanted != null && !wanted.equals("true")) {
      return wanted.equals(OFF)
          ? "-D" + PROPERTY + "=false leaves machine code out"
          : "-D" + PROPERTY + "=" + wanted + " asks for what the processor does not have";
    }
    return wanted == null && !Variant.tried()
        ? "it was never run on such a system; -D" + PROPERTY + "=true tries it"
        : HERE.absence();
  }
}
