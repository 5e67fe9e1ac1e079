package io.wasmchord.browser;

import io.wasmchord.cli.bench.NpmPackage;
import java.io.IOException;
import java.nio.file.Path;

/** llama.cpp in WebAssembly, from npm. */
final class Rival {
  static final String PACKAGE = "@wllama/wllama";
  static final String VERSION = "3.13.0";

  private Rival() {}

  /** Installs the package outside the repository and returns the folder of its modules. */
  static Path install() throws IOException, InterruptedException {
    Path folder = new NpmPackage(PACKAGE, VERSION).install();
    return folder.resolve("node_modules").resolve(PACKAGE).resolve("esm");
  }
}
