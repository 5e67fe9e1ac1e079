/**
 * What templates compute with: Python's values, how they compare and print, and the run that counts
 * what all of it costs. Every text knows which of its characters came with the input ({@link
 * io.wasmchord.chat.jinja.value.InputSpans}). Knows no syntax.
 */
@NullMarked
package io.wasmchord.chat.jinja.value;

import org.jspecify.annotations.NullMarked;
