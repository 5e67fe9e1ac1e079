package io.wasmchord;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which packages of the core may know which; the floors stand in {@code docs/architecture.md}. */
class FloorsTest {
  private static final String ROOT = "io.wasmchord.";
  private static final String HEADING = "## Floors";
  private static final String FENCE = "```";

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes = PackageRules.ofThisModule();
  }

  @Test
  void packagesKnowEachOtherInNoCircle() {
    PackageRules.checkNoCircles(classes);
  }

  /** Packages and their floors, counted from the top. */
  private static Map<String, Integer> floors() throws IOException {
    Path docs = Path.of(System.getProperty("chord.root"), "docs", "architecture.md");
    String text = Files.readString(docs);
    int begin = text.indexOf(FENCE, text.indexOf(HEADING)) + FENCE.length();
    Map<String, Integer> floors = new TreeMap<>();
    int floor = 0;
    for (String line : text.substring(begin, text.indexOf(FENCE, begin)).strip().split("\n")) {
      for (String name : line.strip().split("\\s+")) {
        assertEquals(null, floors.put(name, floor), name + " stands on two floors");
      }
      floor++;
    }
    return floors;
  }

  /** The name in {@code floors} that a package goes by: its own or that of a package around it. */
  private static String listed(JavaClass of, Map<String, Integer> floors) {
    String name = of.getPackageName().substring(ROOT.length());
    while (!floors.containsKey(name) && name.contains(".")) {
      name = name.substring(0, name.lastIndexOf('.'));
    }
    return name;
  }

  @Test
  void aPackageKnowsOnlyFloorsBelowItsOwn() throws IOException {
    Map<String, Integer> floors = floors();
    List<String> wrong = new ArrayList<>();
    TreeSet<String> seen = new TreeSet<>();
    for (JavaClass each : classes) {
      String name = listed(each, floors);
      seen.add(name);
      assertTrue(floors.containsKey(name), "no floor for " + each.getName());
      for (Dependency known : each.getDirectDependenciesFromSelf()) {
        if (known.getTargetClass().getPackageName().startsWith(ROOT)) {
          String target = listed(known.getTargetClass(), floors);
          if (!target.equals(name) && floors.get(target) <= floors.get(name)) {
            wrong.add(known.getDescription());
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertEquals(floors.keySet(), seen, "no package is listed that is none");
  }

  @Test
  void theCoreKnowsNoHost() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideOutsideOfPackages("io.wasmchord..", "java..", "org.jspecify..", ""))
        .orShould()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.wasmchord.jvm..",
                "io.wasmchord.web..",
                "java.lang.foreign..",
                "java.lang.reflect..",
                "java.net..",
                "java.nio.channels..",
                "java.nio.file.."))
        .orShould()
        .dependOnClassesThat(
            resideInAnyPackage("java.util.concurrent..")
                .and(not(assignableTo(ConcurrentHashMap.class))))
        .orShould()
        .dependOnClassesThat(
            assignableTo(File.class)
                .or(assignableTo(Thread.class))
                .or(assignableTo(ThreadLocal.class)))
        .check(classes);
  }
}
