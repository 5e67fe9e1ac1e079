/** All kernels there are: what {@code chord kernels --wgsl} prints and tests read. */
@NullMarked
package io.wasmchord.web.wgsl.catalogue;

import org.jspecify.annotations.NullMarked;
