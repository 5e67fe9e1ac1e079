/** The library's front: a model that is loaded in one line, asked by any number of threads. */
@NullMarked
package io.wasmchord.chord;

import org.jspecify.annotations.NullMarked;
