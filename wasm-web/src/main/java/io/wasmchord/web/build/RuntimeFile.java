package io.wasmchord.web.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Rewrites the compiler's runtime file (as it is before minifying), so that a page needs no {@code
 * 'unsafe-eval'} and a bundler finds no import that it cannot follow: closures stand in place of
 * functions made from text, and what loads a module is left out, since engine.js does that. The
 * build runs this file as a source, with whichever Java runs Maven.
 */
public final class RuntimeFile {
  private static final String IMPORTS_END = "function wrapImport(importObj) {";
  private static final String PROBE = "var hasStringBuiltinsPromise = null;";
  private static final String PROBE_END = "async function getDeobfuscator(";

  /** What a strict policy or a bundler refuses. */
  private static final List<String> REFUSED = List.of("new Function", "eval(", "import(", "node:");

  private static final String GLOBALS =
      """
      function getGlobalName(name) {
        if (!(name in globalThis)) {
          throw new ReferenceError(name + " is not defined");
        }
        return globalThis[name];
      }
      function setGlobalName(name, value) {
        globalThis[name] = value;
      }
      """;

  private static final String FUNCTIONS =
      """
      function withArity(f, arity) {
          return Object.defineProperty(f, "length", { value: arity });
        }
        function defineFunction(fn, vararg) {
          const last = fn.length - 1;
          return withArity(function(...args) {
            try {
              return vararg ? fn(...fixed(args, last), args.slice(last)) : fn(...fixed(args, fn.length));
            } catch (e) {
              rethrowJavaAsJs(e);
            }
          }, vararg ? last : fn.length);
        }
        function fixed(args, count) {
          return Array.from({ length: count }, (_, i) => args[i]);
        }
        function renameConstructor(name, c) {
          return {
            [name]: function(marker, javaObject) {
              return c.call(this, marker, javaObject);
            }
          }[name];
        }
      """
          .stripTrailing();

  private static final String METHOD =
      """
      cls.prototype[name] = defineMethodBody(fn, vararg);
          },
      """
          .stripTrailing();

  private static final String METHOD_BODY =
      """
      function defineMethodBody(fn, vararg) {
          const count = fn.length - 1;
          const last = count - 1;
          return withArity(function(...args) {
            try {
              return vararg ? fn(this, ...fixed(args, last), args.slice(last)) : fn(this, ...fixed(args, count));
            } catch (e) {
              rethrowJavaAsJs(e);
            }
          }, vararg ? last : count);
        }
        imports.teavmJso = {
      """
          .stripTrailing();

  private static final String ARITIES =
      """
      function createFunction(...names) {
          const body = names.pop();
          const index = names.findIndex((name) => body.trim() === "return " + name + ";");
          if (index < 0) {
            throw new Error("the engine has a function in JavaScript, which needs 'unsafe-eval': " + body);
          }
          return (...args) => args[index];
        }
        for (let i = 0; i < 32; ++i) {
          imports.teavmJso["createFunction" + i] = createFunction;
          imports.teavmJso["bindFunction" + i] = (f, ...bindArgs) => f.bind(null, ...bindArgs);
          imports.teavmJso["callFunction" + i] = (fn, ...args) => wrapCallFromJavaToJs(() => fn(...args));
          imports.teavmJso["callMethod" + i] = (instance, method, ...args) => wrapCallFromJavaToJs(
            () => instance !== null ? instance[method](...args) : getGlobalName(method)(...args)
          );
          imports.teavmJso["construct" + i] = (constructor, ...args) => wrapCallFromJavaToJs(() => new constructor(...args));
          imports.teavmJso["arrayOf" + i] = (...args) => args;
        }
      }
      """;

  private String text;

  private RuntimeFile(String text) {
    this.text = text;
  }

  /** Rewrites a file. */
  public static void main(String[] files) throws IOException {
    Path path = Path.of(files[0]);
    Files.writeString(path, rewrite(Files.readString(path)));
  }

  /**
   * The runtime with exports {@code defaults}, {@code hasStringBuiltins} and {@code linkImports}.
   *
   * @throws IllegalStateException when the file is not the one that this class was written for, or
   *     something is left that a strict policy refuses
   */
  static String rewrite(String runtime) {
    RuntimeFile file = new RuntimeFile(runtime);
    String probe = file.cut(PROBE, PROBE_END);
    file.replace("var globalsCache = /* @__PURE__ */ new Map();\n", "var exceptionFrameRegex", "");
    file.replace("function getGlobalName(name) {", "function defaults(", GLOBALS);
    file.replace("function defineFunction(fn, vararg) {", "\n  imports.teavmJso = {", FUNCTIONS);
    file.replace(
        "const params = [];\n      const paramsForString = [];",
        "\n    defineStaticMethod(cls, name, fn, vararg) {",
        METHOD);
    file.replace("imports.teavmJso = {", "\n    stringBuiltinsSupported:", METHOD_BODY);
    file.replace("const argumentList = [];", IMPORTS_END, ARITIES);
    file.text =
        file.text.substring(0, file.only(IMPORTS_END))
            + probe
            + "export { defaults, hasStringBuiltins, linkImports };\n";
    return file.checked();
  }

  /** What stands from {@code start} up to {@code end}. */
  private String cut(String start, String end) {
    int from = only(start);
    return text.substring(from, after(end, from));
  }

  /** Puts something in place of what stands from {@code start} up to {@code end}. */
  private void replace(String start, String end, String replacement) {
    int from = only(start);
    text = text.substring(0, from) + replacement + text.substring(after(end, from));
  }

  private int only(String part) {
    int at = text.indexOf(part);
    if (at < 0 || text.indexOf(part, at + 1) >= 0) {
      throw unexpected((at < 0 ? "has no `" : "has more than one `") + part + "`");
    }
    return at;
  }

  private int after(String part, int from) {
    int at = text.indexOf(part, from);
    if (at < 0) {
      throw unexpected("has no `" + part + "` where it was");
    }
    return at;
  }

  private String checked() {
    for (String refused : REFUSED) {
      if (text.contains(refused)) {
        throw unexpected("still has `" + refused + "`");
      }
    }
    return text;
  }

  private static IllegalStateException unexpected(String what) {
    return new IllegalStateException(
        "the compiler's runtime file " + what + "; RuntimeFile was written for another version");
  }
}
