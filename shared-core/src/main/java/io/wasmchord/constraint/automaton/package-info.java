/**
 * The machine under every constraint: a pushdown automaton over bytes whose places are made when
 * they are first reached. Knows neither grammars nor tokens.
 *
 * <p>A {@link io.wasmchord.constraint.automaton.Frame} is a place: what may be read there, which
 * other frames are called, and whether it may return. {@link
 * io.wasmchord.constraint.automaton.Stacks} are all ways at once in which a text may have been read
 * so far; equal ends of stacks are shared. Every frame can reach an end, so a text that was read
 * can always be completed.
 */
@NullMarked
package io.wasmchord.constraint.automaton;

import org.jspecify.annotations.NullMarked;
