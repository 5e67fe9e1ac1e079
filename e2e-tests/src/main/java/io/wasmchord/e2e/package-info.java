/**
 * Drives a real Chromium, and its tests a real Firefox, from the outside: parity of the browser
 * with the JVM, and the page as a person uses it.
 */
@NullMarked
package io.wasmchord.e2e;

import org.jspecify.annotations.NullMarked;
