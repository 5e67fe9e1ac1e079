/** The SIMD backend: commands become a list in linear memory that all threads walk. */
@NullMarked
package io.wasmchord.web.simd;

import org.jspecify.annotations.NullMarked;
