/**
 * A template engine for the chat templates that models carry: Jinja2's language as far as such
 * templates use it, with the settings of Hugging Face transformers ({@code trim_blocks}, {@code
 * lstrip_blocks}, loop controls).
 *
 * <p>A template comes out of a downloaded file, so it is hostile until proven otherwise: every run
 * has limits ({@link io.wasmchord.chat.jinja.value.Limits}), and whatever goes wrong is a {@link
 * io.wasmchord.errors.ChatTemplateException}. The way of a template: {@code syntax} parses it to
 * {@code Statement} and {@code Expression}, and {@code Interpreter} and {@code Evaluator} go
 * through them with the {@code value}s they are given; filters, tests and methods are here, and
 * what they do to texts alone is in {@code text}. Knows nothing of chats.
 *
 * <p>Every text knows which of its characters came with the input ({@link
 * io.wasmchord.chat.jinja.value.InputSpans}), through all that a template does with it. The
 * template does not see that; whoever makes tokens of a prompt does.
 *
 * <p>Known differences to Jinja2: integers have 64 bits; what is a generator or a view there is a
 * list here; there are no includes and no inheritance, no {@code urlize}, and no {@code pprint} of
 * several lines.
 */
@NullMarked
package io.wasmchord.chat.jinja;

import org.jspecify.annotations.NullMarked;
