/**
 * Output that obeys: texts that a schema, a grammar or a pattern allows, and the tokens that lead
 * to them.
 *
 * <p>{@link io.wasmchord.constraint.Language} is what is allowed; {@link
 * io.wasmchord.constraint.TokenConstraint} is that for a vocabulary; {@link
 * io.wasmchord.constraint.ConstraintState} is one text in the making. The front ends ({@code
 * schema}, {@code grammar}, {@code regex}, {@code tags}) make frames of the one {@code automaton};
 * {@code vocabulary} walks it. Nothing here knows models or sessions.
 */
@NullMarked
package io.wasmchord.constraint;

import org.jspecify.annotations.NullMarked;
