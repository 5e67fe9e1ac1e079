/**
 * The backend that computes on the visitor's GPU. It turns commands into dispatches of the kernels
 * of {@code io.wasmchord.web.wgsl}, writes them into linear memory as a list, and has JavaScript
 * ({@code gpu/}) submit the list in one go. Knows no model and no file.
 */
@NullMarked
package io.wasmchord.web.gpu;

import org.jspecify.annotations.NullMarked;
