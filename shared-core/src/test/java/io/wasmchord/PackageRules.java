package io.wasmchord;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;

/** What holds for the packages of every module; each has a test that asks for it. */
public final class PackageRules {
  private PackageRules() {}

  /** The classes that the module whose test this is brings along, without its tests'. */
  public static JavaClasses ofThisModule() {
    return new ClassFileImporter().importPath(Path.of("target", "classes"));
  }

  /** Fails if packages know each other in a circle. */
  public static void checkNoCircles(JavaClasses classes) {
    slices().matching("io.wasmchord.(**)").should().beFreeOfCycles().check(classes);
  }
}
