package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.regex.Dfa;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The formats of strings that are enforced. */
final class Formats {
  private static final String LEAP_YEAR =
      "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)";
  private static final String DATE =
      "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
          + "|02-(0[1-9]|1[0-9]|2[0-8]))|"
          + LEAP_YEAR
          + "-02-29)";
  private static final String ZONE = "([zZ]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
  private static final String TIME =
      "(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?"
          + ZONE
          + "|23:59:60(\\.[0-9]+)?([zZ]|[+-]00:00))"; // other zones' leap seconds are left out
  private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  private static final String SHORT = "[A-Za-z0-9]([A-Za-z0-9-]{0,28}[A-Za-z0-9])?";
  // at most 253 characters in all: three labels, or eight short ones
  private static final String HOST =
      "(" + LABEL + "(\\." + LABEL + "){0,2}|" + SHORT + "(\\." + SHORT + "){0,7})";
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final String IPV4 = "(" + BYTE + "(\\." + BYTE + "){3})";
  private static final String H16 = "[0-9A-Fa-f]{1,4}";
  private static final String LS32 = "(" + H16 + ":" + H16 + "|" + IPV4 + ")";
  private static final String IPV6 = ipv6();
  private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
  private static final String UNRESERVED = "A-Za-z0-9._~!$&'()*+,;=\\-";
  private static final String PERCENT = "%[0-9A-Fa-f]{2}";
  private static final String PCHAR = "([" + UNRESERVED + ":@]|" + PERCENT + ")";
  private static final String TAIL =
      "(\\?(["
          + UNRESERVED
          + ":@/?]|"
          + PERCENT
          + ")*)?"
          + "(#(["
          + UNRESERVED
          + ":@/?]|"
          + PERCENT
          + ")*)?";
  private static final String AUTHORITY =
      "((["
          + UNRESERVED
          + ":]|"
          + PERCENT
          + ")*@)?"
          + "(\\[("
          + IPV6
          + "|[vV][0-9A-Fa-f]+\\.["
          + UNRESERVED
          + ":]+)\\]"
          + "|(["
          + UNRESERVED
          + "]|"
          + PERCENT
          + ")*)(:[0-9]*)?";
  private static final String SCHEME = "[A-Za-z][A-Za-z0-9+.-]*:";
  private static final String HIERARCHY =
      "(//" + AUTHORITY + "(/" + PCHAR + "*)*|/(" + PCHAR + "+(/" + PCHAR + "*)*)?";
  private static final String URI =
      SCHEME + HIERARCHY + "|" + PCHAR + "+(/" + PCHAR + "*)*|)" + TAIL;
  private static final String RELATIVE =
      HIERARCHY + "|([" + UNRESERVED + "@]|" + PERCENT + ")+(/" + PCHAR + "*)*|)" + TAIL;
  private static final String POINTER = "(/([^~/]|~[01])*)*";

  private static final Map<String, String> PATTERNS =
      Map.ofEntries(
          Map.entry("date", DATE),
          Map.entry("time", TIME),
          Map.entry("date-time", DATE + "[tT]" + TIME),
          Map.entry(
              "duration",
              "P(([0-9]+Y([0-9]+M([0-9]+D)?)?|[0-9]+M([0-9]+D)?|[0-9]+D)(T"
                  + hours()
                  + ")?|T"
                  + hours()
                  + "|[0-9]+W)"),
          Map.entry("email", ATOM + "(\\." + ATOM + ")*@" + HOST),
          Map.entry("hostname", HOST),
          Map.entry("ipv4", IPV4),
          Map.entry("ipv6", IPV6),
          Map.entry("uri", URI),
          Map.entry("uri-reference", "(" + URI + "|" + RELATIVE + ")"),
          Map.entry(
              "uuid",
              "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"),
          Map.entry("json-pointer", POINTER),
          Map.entry("relative-json-pointer", "(0|[1-9][0-9]*)(#|" + POINTER + ")"));

  private static final Set<String> BEYOND =
      Set.of("idn-email", "idn-hostname", "iri", "iri-reference", "uri-template", "regex");

  private static final Map<String, Dfa> KNOWN = new ConcurrentHashMap<>();

  private Formats() {}

  private static String hours() {
    return "([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S)";
  }

  private static String ipv6() {
    StringBuilder all = new StringBuilder("((" + H16 + ":){6}" + LS32);
    for (int before = 0; before <= 7; before++) {
      String head = before == 0 ? "" : "(" + H16 + "(:" + H16 + "){0," + (before - 1) + "})?";
      int after = 7 - before; // groups of 16 bits after the double colon, at most
      String tail =
          after == 0 ? "" : after == 1 ? H16 : "(" + H16 + ":){" + (after - 2) + "}" + LS32;
      all.append("|").append(head).append("::").append(tail);
    }
    return all.append(")").toString();
  }

  /** The strings of a format, or null where it is not enforced. */
  static @Nullable Dfa of(String name) {
    String pattern = PATTERNS.get(name);
    return pattern == null ? null : KNOWN.computeIfAbsent(name, key -> texts(name, pattern));
  }

  private static Dfa texts(String name, String pattern) {
    Dfa texts = Dfa.ofPattern(pattern);
    return switch (name) {
      case "hostname" -> texts.minus(Dfa.ofPattern("(.*\\.)?..--.*")); // such as Punycode
      case "email" -> texts.and(Dfa.ofPattern("[^@]{1,64}@.*"));
      default -> texts;
    };
  }

  /** Whether it is a format of the specification's that an automaton does not hold here. */
  static boolean isBeyond(String name) {
    return BEYOND.contains(name);
  }
}
