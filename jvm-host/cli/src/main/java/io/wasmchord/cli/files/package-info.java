/** What is asked of a model file, and files that are made: each command a class. */
@NullMarked
package io.wasmchord.cli.files;

import org.jspecify.annotations.NullMarked;
