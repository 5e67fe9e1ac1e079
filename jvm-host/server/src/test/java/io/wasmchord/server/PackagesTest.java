package io.wasmchord.server;

import io.wasmchord.PackageRules;
import org.junit.jupiter.api.Test;

class PackagesTest {
  @Test
  void packagesKnowEachOtherInNoCircle() {
    PackageRules.checkNoCircles(PackageRules.ofThisModule());
  }
}
