/**
 * Which tokens a constraint allows: the vocabulary's bytes as a prefix tree, walked with the
 * automaton. Knows no grammar.
 */
@NullMarked
package io.wasmchord.constraint.vocabulary;

import org.jspecify.annotations.NullMarked;
