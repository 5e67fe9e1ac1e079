/**
 * Spring AI's models, computed in the same process, and what makes them from an application's
 * properties.
 */
@NullMarked
package io.wasmchord.spring;

import org.jspecify.annotations.NullMarked;
