/**
 * The typed errors that wasm-chord raises: the ground floor, which every other package may stand on
 * and which knows none of them.
 */
@NullMarked
package io.wasmchord.errors;

import org.jspecify.annotations.NullMarked;
