package io.wasmchord.jvm.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodePageTest {
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, LINUX",
    "Linux, x86_64, LINUX",
    "Mac OS X, x86_64, MACOS",
    "Windows 11, amd64, WINDOWS",
  })
  void pagesAreHadOnTheseSystems(String system, String processor, CodePage.Host host) {
    assertEquals(Optional.of(host), CodePage.Host.of(system, processor));
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, aarch64",
    "Mac OS X, aarch64",
    "Windows 11, aarch64",
    "'', ''",
  })
  void othersHaveNone(String system, String processor) {
    assertEquals(Optional.empty(), CodePage.Host.of(system, processor));
  }

  @Test
  void writesCodeIntoPages() throws CodePage.UnavailableException {
    assumeTrue(CodePage.supported());
    assertEquals(0, CodePage.of(new byte[] {(byte) 0xC3}).address() % 4096);
    assertEquals(0, CodePage.of(new byte[4097]).address() % 4096);
  }
}
