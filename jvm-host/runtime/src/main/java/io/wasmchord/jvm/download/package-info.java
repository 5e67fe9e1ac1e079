/**
 * Models from the network, as files in a cache directory.
 *
 * <p>{@link io.wasmchord.jvm.download.ModelAddress} is what a user writes, {@link
 * io.wasmchord.jvm.download.DownloadCache} gives every address its file, and {@link
 * io.wasmchord.jvm.download.Download} fills one file: it goes on where the last try, or the last
 * run, was cut off, never mixes two versions of a file, checks the digest, and gives the file its
 * name only when it is whole.
 *
 * <p>Nothing here knows what a model is, beyond the first four bytes of one and, where it is split,
 * what the headers say of its parts.
 */
@NullMarked
package io.wasmchord.jvm.download;

import org.jspecify.annotations.NullMarked;
