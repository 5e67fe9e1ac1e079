package io.wasmchord.e2e;

import io.wasmchord.browser.Chromium;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.cli.demo.DemoServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Starts the site, a server for models and one browser for all tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrowserTest {
  protected DemoServer site;
  protected ModelServer models;
  protected Chromium chromium;

  @BeforeAll
  void start() {
    site = DemoServer.start(EnginePage.site(), 0);
    models = new ModelServer();
    chromium = Chromium.shell();
  }

  @AfterAll
  void stop() {
    chromium.close();
    models.close();
    site.close();
  }
}
