package io.wasmchord.constraint.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How what is said of one type of value is put together.
 *
 * @param <C> all that one alternative says
 */
interface Algebra<C> {
  /** Says nothing. */
  C all();

  /** The alternatives under which an atom holds, or does not. */
  List<C> of(Atom atom, boolean holds);

  /** Both, or null where no value is both. */
  @Nullable C and(C a, C b);

  /** The same alternatives, perhaps fewer. */
  default List<C> joined(List<C> alternatives) {
    return alternatives;
  }
}
