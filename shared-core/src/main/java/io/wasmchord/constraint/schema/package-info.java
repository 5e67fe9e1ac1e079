/**
 * JSON Schema to frames.
 *
 * <p>A schema becomes a {@link io.wasmchord.constraint.schema.Formula} over atoms, each of which
 * says something of one type of value. For each type of value a formula becomes alternatives that
 * have no {@code not} any more; what is within arrays and objects stays a formula of its own, so
 * that recursion ends. Alternatives that have no value are left out, so no text ends in a dead end.
 * Properties in any order are a set that is read so far, not permutations.
 */
@NullMarked
package io.wasmchord.constraint.schema;

import org.jspecify.annotations.NullMarked;
