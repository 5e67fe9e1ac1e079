/**
 * Rules that are written out of characters and calls of each other, read by nondeterministic
 * automata whose sets of states are the frames. Knows no language that rules are written in.
 */
@NullMarked
package io.wasmchord.constraint.rules;

import org.jspecify.annotations.NullMarked;
