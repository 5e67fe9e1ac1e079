/**
 * What Python's texts can do apart from looking into other values: find, split, pad, wrap, and lay
 * out numbers and dates.
 */
@NullMarked
package io.wasmchord.chat.jinja.text;

import org.jspecify.annotations.NullMarked;
