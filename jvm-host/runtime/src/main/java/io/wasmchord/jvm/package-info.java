/**
 * The JVM host: models out of mapped files, native memory, threads. Knows no command line and no
 * server.
 */
@NullMarked
package io.wasmchord.jvm;

import org.jspecify.annotations.NullMarked;
