package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What this project ships names its licence, and what of others is in it or beside it. */
class LicencesIT {
  private static final Path ROOT = Path.of(System.getProperty("chord.root"));

  /** The classes of the modules that this one is built upon, as they come to a user. */
  @Test
  void everyModuleHasLicenceAndNotice() throws IOException {
    for (String name : List.of("LICENSE", "NOTICE")) {
      String ours = Files.readString(ROOT.resolve(name));
      int found = 0;
      for (URL place :
          Collections.list(getClass().getClassLoader().getResources("META-INF/" + name))) {
        try (var in = place.openStream()) {
          found += new String(in.readAllBytes(), StandardCharsets.UTF_8).equals(ours) ? 1 : 0;
        }
      }
      assertTrue(found >= 4, name + " in " + found); // the core, the JVM's, the browser's, and here
    }
    assertTrue(Files.readString(ROOT.resolve("LICENSE")).contains("Version 2.0, January 2004"));
  }

  /** Whose jars lie beside the command line's is for NOTICE to say. */
  @Test
  void theNoticeNamesEveryLibraryOfTheCommandLine() throws IOException {
    String notice = Files.readString(ROOT.resolve("NOTICE"));
    TreeSet<String> missing = new TreeSet<>();
    for (Path jar : beside()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        String group =
            file.stream()
                .map(entry -> entry.getName())
                .filter(name -> name.matches("META-INF/maven/.+/pom.properties"))
                .map(name -> name.split("/")[2])
                .findFirst()
                .orElse(jar.getFileName().toString().replaceAll("-[0-9].*", ""));
        String known = group.startsWith("org.eclipse.jetty") ? "org.eclipse.jetty" : group;
        if (!known.equals("io.wasmchord") && !notice.contains(known)) {
          missing.add(known);
        }
      }
    }
    assertEquals(new TreeSet<>(), missing);
  }

  private static List<Path> beside() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("jvm-host").resolve("cli"), 3)) {
      List<Path> jars =
          files
              .filter(file -> file.getParent().endsWith(Path.of("target", "lib")))
              .filter(file -> file.toString().endsWith(".jar"))
              .toList();
      assertTrue(jars.size() > 5, "of " + jars);
      return jars;
    }
  }
}
