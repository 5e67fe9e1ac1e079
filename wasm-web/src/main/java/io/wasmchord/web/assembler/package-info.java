/**
 * A small assembler of WebAssembly modules: typed expressions, lambda-scoped control flow, opcodes
 * that cite the specification. It knows nothing of models.
 */
@NullMarked
package io.wasmchord.web.assembler;

import org.jspecify.annotations.NullMarked;
