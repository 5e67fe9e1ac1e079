/** Options that several commands have. */
@NullMarked
package io.wasmchord.cli.options;

import org.jspecify.annotations.NullMarked;
