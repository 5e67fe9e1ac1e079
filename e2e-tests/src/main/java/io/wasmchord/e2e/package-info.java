/** The conformance suite as a WebAssembly module, for the tests in real browsers. */
@NullMarked
package io.wasmchord.e2e;

import org.jspecify.annotations.NullMarked;
