/** Grammars in llama.cpp's notation, GBNF. */
@NullMarked
package io.wasmchord.constraint.grammar;

import org.jspecify.annotations.NullMarked;
