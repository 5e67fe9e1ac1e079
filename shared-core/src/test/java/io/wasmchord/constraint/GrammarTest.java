package io.wasmchord.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.ConstraintLimitException;
import io.wasmchord.errors.InvalidGrammarException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Grammars in GBNF. */
class GrammarTest {
  private static final String JSON =
      """
      # any JSON value
      root   ::= value
      value  ::= object | array | string | number | ("true" | "false" | "null") ws
      object ::= "{" ws ( pair ("," ws pair)* )? "}" ws
      pair   ::= string ":" ws value
      array  ::= "[" ws ( value ("," ws value)* )? "]" ws
      string ::= "\\"" ( [^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\bfnrt/] | "u" [0-9a-fA-F]{4}) )* "\\"" ws
      number ::= "-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]+)? ([eE] [-+]? [0-9]{1,3})? ws
      ws     ::= | " " | "\\n" [ \\t]{0,20}
      """;

  private static final String ARITHMETIC =
      """
      root ::= (expr "=" ws term "\\n")+
      expr ::= term ([-+*/] ws term)*
      term ::= ident | num | "(" ws expr ")" ws
      ident ::= [a-z] [a-z0-9_]* ws
      num ::= [0-9]+ ws
      ws ::= [ \\t]*
      """;

  private static final String CHESS =
      """
      root ::= (turn "\\n")+
      turn ::= [1-9] [0-9]? ". " move (" " move)?
      move ::= (piece | pawn | castle) [+#]?
      piece ::= [NBKQR] [a-h]? [1-8]? "x"? square
      pawn ::= ([a-h] "x")? square ("=" [NBQR])?
      castle ::= "O-O" "-O"?
      square ::= [a-h] [1-8]
      """;

  private static final String LIST =
      """
      root ::= item+
      item ::= "- " [^\\r\\n\\x0b\\x0c\\x85\\u2028\\u2029]+ "\\n"
      """;

  private static final String C =
      """
      root ::= function+
      function ::= type " " name "(" parameters? ") {\\n" statement* "}\\n"
      parameters ::= type " " name (", " type " " name)*
      type ::= "int" | "float" | "char"
      name ::= [a-zA-Z_] [a-zA-Z_0-9]*
      statement ::= "  "+ (
          type " " name " = " expression ";"
        | name " = " expression ";"
        | "return " expression ";"
        | "while (" expression " < " expression ") {\\n" statement* "  "+ "}"
      ) "\\n"
      expression ::= factor (" " [-+*/] " " factor)*
      factor ::= name | [0-9]+ | "(" expression ")" | name "(" (expression (", " expression)*)? ")"
      """;

  private static void check(String grammar, List<String> texts, List<String> others) {
    Language language = Language.grammar(grammar);
    texts.forEach(text -> assertTrue(Acceptance.accepts(language, text), text));
    others.forEach(text -> assertFalse(Acceptance.accepts(language, text), text));
  }

  @Test
  void json() {
    check(
        JSON,
        List.of(
            "{\"a\": [1, -2.5e3, {}], \"é\\n\\u00e9\": null}", "[]", "\"日本\"", "[[[[true]]]]\n  "),
        List.of("{\"a\" 1}", "[1,]", "01", "\"a", "{\"a\": 1}}", "\"\t\""));
  }

  @Test
  void arithmetic() {
    check(
        ARITHMETIC,
        List.of("a + 1 * (b2 - 3) = 7\n", "x=y\n1+2=3\n"),
        List.of("a + = 7\n", "a = 7", "(a = 7\n"));
  }

  @Test
  void chess() {
    check(
        CHESS,
        List.of("1. e4 e5\n2. Nf3 Nc6\n3. Bb5 O-O-O\n", "12. exd8=Q+\n"),
        List.of("1. e9\n", "0. e4\n", "1. e4 e5", "1. O-O-O-O\n"));
  }

  @Test
  void list() {
    check(LIST, List.of("- eins\n- zwei ☃\n"), List.of("eins\n", "- \n", "- a\u2028b\n"));
  }

  @Test
  void cLike() {
    check(
        C,
        List.of(
            "int f(int a, char b) {\n  int i = 0;\n  while (i < a) {\n    i = i + g(b, 1);\n  }\n"
                + "  return (i);\n}\n"),
        List.of("int f() {\n  return ;\n}\n", "int f( {\n}\n"));
  }

  @Test
  void repetitionsAndAnyCharacter() {
    check(
        "root ::= \"ab\"{2} . [^\\]]{1,2} (\"x\" | \"y\"){0,}",
        List.of("abab☃a", "ababzzzxyx"), List.of("ab☃a", "ababz]", "ababz"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1|11|root ::= (|there is the end where ')'",
        "2|4|root ::= \"a\"~b := \"c\"|there is '='",
        "1|12|root ::= a b|there is no rule 'b'",
        "1|10|root ::= *|nothing to repeat",
        "1|13|root ::= \"a\\q\"|there is no escape",
        "1|1|other ::= \"a\"|there is no rule 'root'",
        "1|10|root ::= <think>|tokens by their names",
        "1|1|root ::= \"a\" root|allows no text that ends",
      })
  void errorsSayWhere(int line, int column, String grammar, String message) {
    String text = grammar.replace("~", "\n").replace("a b", "a b\na ::= \"x\"");
    InvalidGrammarException e =
        assertThrows(InvalidGrammarException.class, () -> Language.grammar(text), text);
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertEquals(line + ":" + column, e.line() + ":" + e.column(), e.getMessage());
  }

  @Test
  void leftRecursionIsRefused() {
    for (String grammar :
        List.of(
            "root ::= root \"a\" | \"b\"",
            "root ::= x \"a\"\nx ::= y root | \"c\"\ny ::= \"d\"?",
            "root ::= (root)* \"a\"")) {
      InvalidGrammarException e =
          assertThrows(InvalidGrammarException.class, () -> Language.grammar(grammar));
      assertTrue(e.getMessage().contains("calls itself before"), e.getMessage());
    }
  }

  @Test
  void hostileGrammarsEnd() {
    assertThrows(
        ConstraintLimitException.class,
        () -> Language.grammar("root ::= ((\"a\"{1,1000}){1,1000}){1,1000}"));
    assertThrows(InvalidGrammarException.class, () -> Language.grammar("root ::= \"a\"{1,100000}"));
    assertThrows(
        InvalidGrammarException.class, () -> Language.grammar("root ::= " + "(".repeat(100_000)));
    Language stars = Language.grammar("root ::= ((\"a\"*)*)*");
    assertTrue(Acceptance.accepts(stars, "a".repeat(5000)));
    String many = "root ::= \"x0\"" + " | \"x1\" [a-z]".repeat(5000);
    assertTrue(Acceptance.accepts(Language.grammar(many), "x1b"));
    Language ambiguous = Language.grammar("root ::= (\"a\" root \"b\" | \"a\" root \"c\")?");
    String deep = "a".repeat(300) + "bc".repeat(150);
    assertTrue(Acceptance.accepts(ambiguous, deep));
    assertFalse(Acceptance.accepts(ambiguous, deep + "b"));
    Language deeper = Language.grammar("root ::= (\"a\" root \"b\")?");
    assertTrue(Acceptance.accepts(deeper, "a".repeat(100_000) + "b".repeat(100_000)));
  }
}
