/**
 * The Vector API backend: the scalar backend's bits at any register width. Weights' rows are
 * interleaved so that a lane is an output row; a product unpacks a panel of them into a thread's
 * scratch and multiplies it with every row of activations. Knows tensors, formats and threads, not
 * models.
 */
@NullMarked
package io.wasmchord.jvm.vector;

import org.jspecify.annotations.NullMarked;
