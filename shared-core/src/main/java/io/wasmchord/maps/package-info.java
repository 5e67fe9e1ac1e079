/**
 * Maps over keys that come out of files. Whoever writes a file can choose its keys, so where they
 * come to lie depends on numbers that are drawn anew in every run: no file can be made whose keys
 * all meet in one place. (In a browser, TeaVM's {@code HashMap} looks through such keys one by
 * one.) Knows nothing of what the keys mean.
 */
@NullMarked
package io.wasmchord.maps;

import org.jspecify.annotations.NullMarked;
