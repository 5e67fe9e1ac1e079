/**
 * The scalar backend: the meaning of every command, in plain Java. Every other backend must give
 * its bits.
 */
@NullMarked
package io.wasmchord.backend.scalar;

import org.jspecify.annotations.NullMarked;
