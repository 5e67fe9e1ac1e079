package io.wasmchord.release;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployedArtifactsTest {
  private static final String PARENT =
      "<project><artifactId>all</artifactId><packaging>pom</packaging><name>All</name>"
          + "<description>All of it</description><url>https://example.org</url><licenses><license>"
          + "<name>A</name></license></licenses><developers><developer><name>B</name></developer>"
          + "</developers><scm><url>https://example.org</url></scm></project>";
  private static final String CHILD =
      "<project><parent><artifactId>all</artifactId></parent><artifactId>one</artifactId>"
          + "<name>One</name><description>One of it</description></project>";

  @TempDir private Path folder;

  private void file(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    Files.writeString(folder.resolve(name + ".md5"), "1");
    Files.writeString(folder.resolve(name + ".sha1"), "1");
  }

  private void jar(String name, String... entries) throws IOException {
    file(name, new byte[0]);
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      for (String entry : entries) {
        jar.putNextEntry(new ZipEntry(entry));
      }
    }
  }

  private void whole() throws IOException {
    file("all/1/all-1.pom", PARENT.getBytes());
    file("one/1/one-1.pom", CHILD.getBytes());
    jar("one/1/one-1.jar", "a/A.class", "META-INF/LICENSE");
    jar("one/1/one-1-sources.jar", "a/A.java");
    jar("one/1/one-1-javadoc.jar", "index.html");
  }

  @Test
  void whatIsCompleteHasNoProblem() throws IOException {
    whole();
    assertEquals(List.of(), DeployedArtifacts.problems(folder));
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    assertEquals(List.of(folder + " has no artifact"), DeployedArtifacts.problems(folder));
    whole();
    file("all/1/all-1.pom", PARENT.replace("scm>", "smc>").getBytes());
    file("one/1/one-1.pom", CHILD.replace("name>", "nom>").getBytes());
    jar("one/1/one-1.jar", "a/A.class");
    Files.delete(folder.resolve("one/1/one-1-sources.jar"));
    Files.delete(folder.resolve("one/1/one-1-javadoc.jar.sha1"));
    assertEquals(
        List.of(
            "all: neither its POM nor a parent's has scm",
            "one: its POM has no name",
            "one: neither its POM nor a parent's has scm",
            "one: one-1.jar lacks what it is for, or its licence",
            "one: there is no one-1-sources.jar",
            "one: there is no one-1-javadoc.jar.sha1"),
        DeployedArtifacts.problems(folder));
  }
}
