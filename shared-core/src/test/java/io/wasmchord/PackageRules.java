package io.wasmchord;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What holds for the packages of every module; each has a test that asks for it. */
public final class PackageRules {
  private static final String ROOT = "io.wasmchord.";

  private PackageRules() {}

  /** The classes that the module whose test this is brings along, without its tests'. */
  public static JavaClasses ofThisModule() {
    return new ClassFileImporter().importPath(Path.of("target", "classes"));
  }

  /** Fails if packages know each other in a circle. */
  public static void checkNoCircles(JavaClasses classes) {
    Map<String, Set<String>> known = new TreeMap<>();
    for (JavaClass each : classes) {
      String name = each.getPackageName();
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getPackageName();
        if (target.startsWith(ROOT) && !target.equals(name)) {
          known.computeIfAbsent(name, n -> new TreeSet<>()).add(target);
        }
      }
    }
    assertEquals(Map.of(), circles(known), "packages that know each other in a circle");
  }

  /**
   * The packages of circles, with those that each knows of them.
   *
   * @param known by package, those that it knows
   */
  static Map<String, Set<String>> circles(Map<String, Set<String>> known) {
    Map<String, Set<String>> left = new TreeMap<>();
    known.forEach((name, targets) -> left.put(name, new TreeSet<>(targets)));
    boolean changed = true;
    while (changed) { // a package in no circle is taken away when all that it knows are
      left.values().forEach(targets -> targets.retainAll(left.keySet()));
      changed = left.values().removeIf(Set::isEmpty);
    }
    return left;
  }
}
