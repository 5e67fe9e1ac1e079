package io.wasmchord.chat;

import io.wasmchord.chat.MessageBodies.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads the messages of gpt-oss. A head names a channel, and for a call of a tool a recipient,
 * which may stand before the channel or after its name:
 *
 * <pre>
 * &lt;|channel|>analysis&lt;|message|>...&lt;|end|>
 * &lt;|start|>assistant&lt;|channel|>commentary to=functions.NAME &lt;|constrain|>json&lt;|message|>{...}&lt;|call|>
 * &lt;|start|>assistant&lt;|channel|>final&lt;|message|>...&lt;|return|>
 * </pre>
 */
final class HarmonyReader implements MessageReader, MarkerScanner.Parts {
  static final String START = "<|start|>";
  static final String CHANNEL = "<|channel|>";
  static final String MESSAGE = "<|message|>";
  static final String CONSTRAIN = "<|constrain|>";
  static final String ANALYSIS = "analysis";
  static final String TO = "to=";
  static final String FUNCTIONS = "functions.";
  static final String SELF = "assistant";
  static final List<String> MARKERS =
      List.of(START, CHANNEL, MESSAGE, CONSTRAIN, "<|end|>", "<|call|>", "<|return|>");

  private static final int MAX_HEAD = 512;

  private final Map<Integer, String> marks;
  private final MessageBodies bodies;
  private final MarkerScanner scanner;
  private final StringBuilder head = new StringBuilder(); // as written
  private final StringBuilder words = new StringBuilder(); // of it, markers being spaces
  private String opening; // until it was read
  private String role = ""; // the words before the channel
  private boolean marked; // a marker has begun the head

  /**
   * @param marks the markers that are control tokens; others are looked for in the text
   * @param opening what the prompt has begun the answer with
   */
  HarmonyReader(Map<Integer, String> marks, String opening, MessageBodies bodies) {
    this.marks = marks;
    this.bodies = bodies;
    TreeSet<String> spelled = new TreeSet<>(MARKERS);
    spelled.removeAll(marks.values());
    this.scanner = new MarkerScanner(spelled, this);
    this.opening = opening;
  }

  @Override
  public boolean onText(String text) {
    open();
    scanner.feed(text);
    return bodies.goOn();
  }

  /** Reads what the prompt has begun. */
  private void open() {
    MarkerScanner begun = new MarkerScanner(MARKERS, this);
    begun.feed(opening);
    begun.end();
    opening = "";
  }

  @Override
  public boolean onMark(int id) {
    open();
    String piece = marks.get(id);
    if (piece != null) {
      scanner.end();
      marker(piece);
    }
    return bodies.goOn();
  }

  @Override
  public void end() {
    open();
    scanner.end();
    bodies.end();
  }

  @Override
  public void text(String text) {
    if (bodies.open()) {
      bodies.text(text);
      return;
    }
    head.append(text);
    words.append(text);
    if (head.length() > MAX_HEAD || !(marked || mayAddress(words.toString().stripLeading()))) {
      String plain = head.toString();
      restart();
      bodies.open(Kind.ANSWER, "", "");
      bodies.text(plain);
    }
  }

  /** Whether {@code begun} may become a recipient, which no marker precedes in the first head. */
  private static boolean mayAddress(String begun) {
    return begun.startsWith(TO) || TO.startsWith(begun);
  }

  @Override
  public void marker(String marker) {
    switch (marker) {
      case START -> {
        bodies.close("");
        restart();
        begin(marker);
      }
      case CHANNEL -> {
        bodies.close("");
        role = marked && head.indexOf(CHANNEL) >= 0 ? role : words.toString();
        words.setLength(0); // a channel that is named twice is the second
        begin(marker);
      }
      case MESSAGE -> message();
      case CONSTRAIN -> {
        if (bodies.open()) {
          bodies.text(marker);
        } else {
          begin(marker);
        }
      }
      default -> {
        bodies.close(marker);
        restart();
      }
    }
  }

  private void begin(String marker) {
    marked = true;
    head.append(marker);
    words.append(' ');
  }

  private void message() {
    if (bodies.open()) {
      bodies.text(MESSAGE);
      return;
    }
    head.append(MESSAGE);
    String[] named = words.toString().strip().split("\\s+", -1);
    String recipient = recipient(words.toString());
    recipient = recipient.isEmpty() ? recipient(role) : recipient;
    String tool =
        recipient.startsWith(FUNCTIONS) ? recipient.substring(FUNCTIONS.length()) : recipient;
    Kind kind = Kind.VERBATIM;
    if (recipient.isEmpty() || recipient.equals(SELF)) {
      kind = named[0].equals(ANALYSIS) ? Kind.REASONING : Kind.ANSWER;
    } else if (bodies.offers(tool)) {
      kind = Kind.CALL;
    }
    String written = head.toString();
    restart();
    bodies.open(kind, written, tool);
  }

  private void restart() {
    head.setLength(0);
    words.setLength(0);
    role = "";
    marked = false;
  }

  private static String recipient(String words) {
    for (String word : words.split("\\s+", -1)) {
      if (word.startsWith(TO)) {
        return word.substring(TO.length());
      }
    }
    return "";
  }
}
