/** Where the program begins: the commands by name, and what becomes of their errors. */
@NullMarked
package io.wasmchord.cli;

import org.jspecify.annotations.NullMarked;
