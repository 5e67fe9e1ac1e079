/**
 * The conformance suite: every command over every backend, compared bit for bit. Plain Java without a test framework, because the
 * same classes are compiled for the browser.
 */
@NullMarked
package io.wasmchord.conformance;

import org.jspecify.annotations.NullMarked;
