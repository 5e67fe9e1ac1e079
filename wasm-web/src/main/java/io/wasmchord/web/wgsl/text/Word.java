package io.wasmchord.web.wgsl.text;

import java.util.function.ToIntFunction;

/**
 * A word of a kernel's arguments.
 *
 * @param name in WGSL, a member of {@code p}
 * @param type in WGSL: {@code u32}, {@code i32} or {@code f32}
 * @param bits of it, from the record of arguments
 */
public record Word<A>(String name, String type, ToIntFunction<A> bits) {}
