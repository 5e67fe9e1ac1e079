/**
 * What each kernel is told, as one record a kernel: encoders make the record, and emitted code
 * reads its words by the same record's fields. Emits nothing, and executes nothing.
 */
@NullMarked
package io.wasmchord.web.kernels.arguments;

import org.jspecify.annotations.NullMarked;
