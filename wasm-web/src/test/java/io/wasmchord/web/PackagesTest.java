package io.wasmchord.web;

import io.wasmchord.PackageRules;
import org.junit.jupiter.api.Test;

class PackagesTest {
  @Test
  void packagesKnowEachOtherInNoCircle() {
    PackageRules.checkNoCircles(PackageRules.ofThisModule());
  }
}
