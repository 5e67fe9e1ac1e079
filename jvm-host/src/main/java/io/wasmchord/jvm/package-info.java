/** The JVM host: mapped weights, threads, the command line and the server of the demo page. */
@NullMarked
package io.wasmchord.jvm;

import org.jspecify.annotations.NullMarked;
