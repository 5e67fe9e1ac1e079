package io.wasmchord.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * What Maven has deployed to a folder, checked by what Maven Central asks for: a jar with classes,
 * sources and Javadoc beside each POM, checksums, and POMs that name the project, what it is for,
 * its address, licence, developers and sources. Signatures are up to who publishes.
 *
 * @see <a href="https://central.sonatype.org/publish/requirements/">The requirements</a>
 */
public final class DeployedArtifacts {
  /** What a POM must have itself. */
  private static final List<String> OWN = List.of("name", "description");

  /** What it may have of its parent. */
  private static final List<String> INHERITED = List.of("url", "licenses", "developers", "scm");

  private final Map<String, Pom> poms = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  private record Pom(Path file, Element root) {
    Optional<Element> child(String name) {
      return DeployedArtifacts.child(root, name);
    }

    String text(String name) {
      return child(name).map(Element::getTextContent).map(String::strip).orElse("");
    }

    /** The files beside it begin so. */
    String stem() {
      String name = file.getFileName().toString();
      return name.substring(0, name.length() - ".pom".length());
    }
  }

  private DeployedArtifacts() {}

  /** One argument: the folder. Prints what is missing, a line each. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    List<String> problems = problems(folder);
    problems.forEach(System.out::println);
    System.out.println(
        problems.isEmpty()
            ? "all artifacts in " + folder + " are complete"
            : problems.size() + " things are missing");
    System.exit(problems.isEmpty() ? 0 : 1);
  }

  /** What is missing in a folder that is laid out as a Maven repository. */
  static List<String> problems(Path folder) throws IOException {
    DeployedArtifacts artifacts = new DeployedArtifacts();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".pom")).sorted().toList()) {
        Pom pom = new Pom(file, parse(file));
        artifacts.poms.put(pom.text("artifactId"), pom);
      }
    }
    if (artifacts.poms.isEmpty()) {
      artifacts.problems.add(folder + " has no artifact");
    }
    for (Pom pom : artifacts.poms.values()) {
      artifacts.check(pom);
    }
    return artifacts.problems;
  }

  private static Element parse(Path file) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      return factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + " is no POM: " + e.getMessage(), e);
    }
  }

  private static Optional<Element> child(Element parent, String name) {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        return Optional.of(element);
      }
    }
    return Optional.empty();
  }

  private void check(Pom pom) throws IOException {
    for (String name : OWN) {
      require(pom, !pom.text(name).isEmpty(), "its POM has no " + name);
    }
    for (String name : INHERITED) {
      require(pom, inherits(pom, name), "neither its POM nor a parent's has " + name);
    }
    checkFile(pom, ".pom", jar -> true);
    if (!pom.text("packaging").equals("pom")) {
      checkFile(pom, ".jar", name -> name.equals("META-INF/LICENSE"));
      checkFile(pom, ".jar", name -> name.endsWith(".class"));
      checkFile(pom, "-sources.jar", name -> name.endsWith(".java"));
      checkFile(pom, "-javadoc.jar", name -> name.equals("index.html"));
    }
  }

  private boolean inherits(Pom pom, String name) {
    if (!pom.text(name).isEmpty()) {
      return true;
    }
    Optional<Pom> parent =
        pom.child("parent")
            .flatMap(p -> child(p, "artifactId"))
            .map(Element::getTextContent)
            .map(poms::get);
    return parent.isPresent() && inherits(parent.get(), name);
  }

  private void checkFile(Pom pom, String ending, Predicate<String> content) throws IOException {
    Path file = pom.file.resolveSibling(pom.stem() + ending);
    if (!Files.isRegularFile(file)) {
      require(pom, false, "there is no " + file.getFileName());
      return;
    }
    for (String sum : List.of(".md5", ".sha1")) {
      require(pom, Files.exists(Path.of(file + sum)), "there is no " + file.getFileName() + sum);
    }
    if (ending.endsWith(".jar")) {
      try (JarFile jar = new JarFile(file.toFile())) {
        require(
            pom,
            jar.stream().anyMatch(entry -> content.test(entry.getName())),
            file.getFileName() + " lacks what it is for, or its licence");
      }
    }
  }

  private void require(Pom pom, boolean met, String otherwise) {
    if (!met) {
      problems.add(pom.text("artifactId") + ": " + otherwise);
    }
  }
}
