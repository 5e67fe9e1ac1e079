/** A client's call: what it sends, what it gets, and how it is refused. */
@NullMarked
package io.wasmchord.server.http;

import org.jspecify.annotations.NullMarked;
