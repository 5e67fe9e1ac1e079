/**
 * The commands that drive a real Chromium from the outside, or show what the engine emits in one.
 * The tests drive the same browser.
 */
@NullMarked
package io.wasmchord.browser;

import org.jspecify.annotations.NullMarked;
