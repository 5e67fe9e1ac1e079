/** The engine as the browser sees it: linear memory, and the functions that the worker's JavaScript calls. */
@NullMarked
package io.wasmchord.web;

import org.jspecify.annotations.NullMarked;
