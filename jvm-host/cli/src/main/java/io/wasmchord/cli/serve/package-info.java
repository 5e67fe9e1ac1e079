/** The server of models. */
@NullMarked
package io.wasmchord.cli.serve;

import org.jspecify.annotations.NullMarked;
