/** What a person sees and types: lines, progress, standard output, files written whole. */
@NullMarked
package io.wasmchord.cli.terminal;

import org.jspecify.annotations.NullMarked;
