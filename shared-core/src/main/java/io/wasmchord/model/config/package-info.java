/**
 * What a file's metadata say of its model: hyper-parameters, the architectures this version knows,
 * and the names of tensors. Knows nothing of memory or backends' commands.
 */
@NullMarked
package io.wasmchord.model.config;

import org.jspecify.annotations.NullMarked;
