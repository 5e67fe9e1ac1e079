/**
 * Regular expressions: their syntax, and deterministic automata over characters that can be
 * combined. Knows neither JSON nor tokens.
 */
@NullMarked
package io.wasmchord.constraint.regex;

import org.jspecify.annotations.NullMarked;
