package io.wasmchord.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wasmchord.constraint.schema.PropertyOrder;
import io.wasmchord.constraint.schema.SchemaOptions;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.UnenforceableSchemaException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The official JSON Schema test suite, where it lies: in the folder that the property {@code
 * chord.json-schema-test-suite} names, or beside the repository in {@code
 * shared/json-schema-test-suite}.
 */
class SchemaSuiteTest {
  /** Formats of which some rare strings are not allowed: quoted names, Punycode, leap seconds. */
  private static final Set<String> NARROW =
      Set.of("format/email", "format/hostname", "format/time", "format/date-time");

  /** What came of a file's groups. */
  private static final class Tally {
    int groups;
    int compiled;
    int wrongAccepts;
    int wrongRefusals;
    final List<String> refused = new ArrayList<>();
    final List<String> wrong = new ArrayList<>();
  }

  private static Path suite() {
    String named = System.getProperty("chord.json-schema-test-suite");
    Path root = Path.of(System.getProperty("chord.root", ".."));
    Path path = named == null ? root.resolve("../shared/json-schema-test-suite") : Path.of(named);
    assumeTrue(Files.isDirectory(path.resolve("tests")), "no test suite at " + path);
    return path;
  }

  private static JsonValue read(Path file) {
    try {
      return JsonReader.parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path folder, int depth) {
    try (Stream<Path> all = Files.walk(folder, depth)) {
      return all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, JsonValue> remotes(Path suite) {
    Map<String, JsonValue> all = new HashMap<>();
    Path folder = suite.resolve("remotes");
    for (Path file : files(folder, 9)) {
      String name = folder.relativize(file).toString();
      if (!name.startsWith("draft")
          || name.startsWith("draft2020-12")
          || name.startsWith("draft7")) {
        all.put("http://localhost:1234/" + name, read(file));
      }
    }
    return all;
  }

  private static Map<String, Tally> run(Path suite, String draft) {
    Map<String, JsonValue> remotes = remotes(suite);
    Map<String, Tally> all = new TreeMap<>();
    List<Path> files = new ArrayList<>(files(suite.resolve("tests/" + draft), 1));
    files.addAll(files(suite.resolve("tests/" + draft + "/optional/format"), 1));
    for (Path file : files) {
      boolean formats = file.getParent().endsWith("format");
      String name = (formats ? "format/" : "") + file.getFileName().toString().replace(".json", "");
      SchemaOptions options =
          SchemaOptions.DEFAULT
              .with(PropertyOrder.FREE)
              .withFormats(formats)
              .withDocuments(remotes);
      Tally tally = all.computeIfAbsent(name, key -> new Tally());
      for (JsonValue group : ((JsonArray) read(file)).elements()) {
        group((JsonObject) group, options, tally, draft.equals("draft7"));
      }
    }
    return all;
  }

  private static void group(JsonObject group, SchemaOptions options, Tally tally, boolean old) {
    tally.groups++;
    Language language;
    try {
      JsonValue schema = group.getOrNull("schema");
      if (old && schema instanceof JsonObject object && object.get("$schema") == null) {
        schema = object.with("$schema", JsonValue.of("http://json-schema.org/draft-07/schema#"));
      }
      language = Language.jsonSchema(schema, options);
    } catch (ChordException e) {
      if (e instanceof UnenforceableSchemaException none && none.keyword().isEmpty()) {
        tally.compiled++; // no value is allowed: rightly refused
        for (JsonValue test : ((JsonArray) group.getOrNull("tests")).elements()) {
          if (JsonValue.of(true).equals(((JsonObject) test).get("valid"))) {
            tally.wrong.add("refuses all: " + group.get("description"));
            tally.wrongRefusals++;
          }
        }
        return;
      }
      tally.refused.add(group.get("description") + ": " + e.getMessage());
      return;
    }
    tally.compiled++;
    for (JsonValue each : ((JsonArray) group.getOrNull("tests")).elements()) {
      JsonObject test = (JsonObject) each;
      String text = Acceptance.json(test.getOrNull("data"));
      boolean valid = JsonValue.of(true).equals(test.get("valid"));
      boolean accepted = Acceptance.accepts(language, text);
      if (accepted != valid) {
        tally.wrongAccepts += accepted ? 1 : 0;
        tally.wrongRefusals += accepted ? 0 : 1;
        tally.wrong.add(
            (accepted ? "accepts " : "refuses ")
                + text.substring(0, Math.min(80, text.length()))
                + ": "
                + group.get("description")
                + ", "
                + test.get("description"));
      }
    }
  }

  private static void check(String draft, double least) {
    Map<String, Tally> all = run(suite(), draft);
    int groups = 0;
    int compiled = 0;
    int wrongAccepts = 0;
    int wrongRefusals = 0;
    for (Map.Entry<String, Tally> each : all.entrySet()) {
      Tally tally = each.getValue();
      System.out.printf(
          "%s %-28s %3d of %3d compile%s%n",
          draft,
          each.getKey(),
          tally.compiled,
          tally.groups,
          tally.wrong.isEmpty() ? "" : ", wrong: " + tally.wrong);
      tally.refused.forEach(reason -> System.out.println("    " + reason));
      boolean required = !each.getKey().startsWith("format/");
      groups += required ? tally.groups : 0;
      compiled += required ? tally.compiled : 0;
      wrongAccepts += tally.wrongAccepts;
      wrongRefusals += NARROW.contains(each.getKey()) ? 0 : tally.wrongRefusals;
    }
    System.out.printf(
        "%s: %d of %d required groups compile, %d wrong accepts, %d wrong refusals%n",
        draft, compiled, groups, wrongAccepts, wrongRefusals);
    assertEquals(0, wrongAccepts);
    assertEquals(0, wrongRefusals);
    assertTrue(compiled >= least * groups, compiled + " of " + groups);
  }

  @Test
  void draft2020() {
    check("draft2020-12", 0.85);
  }

  @Test
  void draft7() {
    check("draft7", 0.85);
  }
}
