/** Models that are loaded on demand, and the sessions that answer with them. */
@NullMarked
package io.wasmchord.server.models;

import org.jspecify.annotations.NullMarked;
