/**
 * A template's source, scanned and parsed into statements and expressions; and Python's literals,
 * which models write too. Nesting is bounded here, as the parsers recurse. Evaluates nothing.
 */
@NullMarked
package io.wasmchord.chat.jinja.syntax;

import org.jspecify.annotations.NullMarked;
