package io.wasmchord.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import io.wasmchord.cli.demo.DemoServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A blank page of the built site, from which the JS module is used as a web app would. */
public final class EnginePage implements AutoCloseable {
  private final BrowserContext context;
  private final Page page;
  private final List<String> problems = Collections.synchronizedList(new ArrayList<>());

  public EnginePage(Chromium chromium, DemoServer site) {
    this(chromium, site, ServiceWorkerPolicy.ALLOW);
  }

  /** A page that no service worker isolates. */
  public static EnginePage withoutServiceWorkers(Chromium chromium, DemoServer site) {
    return new EnginePage(chromium, site, ServiceWorkerPolicy.BLOCK);
  }

  private EnginePage(Chromium chromium, DemoServer site, ServiceWorkerPolicy policy) {
    context =
        chromium.browser().newContext(new Browser.NewContextOptions().setServiceWorkers(policy));
    page = context.newPage();
    page.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        problems.add(message.text());
      }
    });
    page.onPageError(problems::add);
    page.setDefaultTimeout(120_000);
    page.navigate("http://127.0.0.1:" + site.port() + "/console.html");
    page.locator("body[data-state='empty']").waitFor();
  }

  /** The folder of the built site. */
  public static Path site() {
    return Path.of(System.getProperty("chord.root", "."), "web-demo", "target", "site");
  }

  /**
   * Runs an async function of the page, {@code (arguments) => ...}, and returns its JSON-like
   * result.
   */
  public Object evaluate(String function, Map<String, ?> arguments) {
    return page.evaluate(function, arguments);
  }

  public Page page() {
    return page;
  }

  /** What the console reported as errors. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public void close() {
    context.close();
  }
}
