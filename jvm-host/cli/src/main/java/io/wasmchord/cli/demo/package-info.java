/** The server of the demo page. */
@NullMarked
package io.wasmchord.cli.demo;

import org.jspecify.annotations.NullMarked;
