/**
 * The documentation as a static site: the pages that {@code docs/contents.md} lists, and one for
 * each file of TypeScript declarations. A link that leads nowhere fails the build.
 */
@NullMarked
package io.wasmchord.docs;

import org.jspecify.annotations.NullMarked;
