/**
 * Layers whose state goes from row to row: a thread has a column or channel, which it takes through
 * all rows of a sequence. States lie in the cache's binding as in the scalar backend; where a
 * sequence begins they count as zeros.
 */
@NullMarked
package io.wasmchord.web.wgsl.recurrent;

import org.jspecify.annotations.NullMarked;
