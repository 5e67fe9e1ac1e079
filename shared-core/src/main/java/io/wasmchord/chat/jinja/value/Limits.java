package io.wasmchord.chat.jinja.value;

/**
 * What one template may use. The defaults leave room for any conversation that fits a model, and
 * end a hostile template soon.
 *
 * @param source characters of the template
 * @param parseDepth nesting of expressions and blocks in the template
 * @param depth nesting of evaluation, macro calls included; the stack of a browser is small
 * @param steps nodes evaluated and elements visited
 * @param length characters of one text, the output included, or elements of one list
 * @param work characters written or searched in all
 */
public record Limits(int source, int parseDepth, int depth, long steps, int length, long work) {
  public static final Limits DEFAULT = new Limits(1 << 20, 100, 256, 2_000_000, 1 << 22, 1L << 26);
}
