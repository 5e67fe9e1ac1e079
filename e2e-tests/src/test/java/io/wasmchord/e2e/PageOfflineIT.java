package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.cli.demo.DemoServer;
import org.junit.jupiter.api.Test;

/** The page without a network, after a first visit. */
class PageOfflineIT extends BrowserTest {
  private void answersOffline(DemoServer host) {
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.setDefaultTimeout(60_000);
      page.navigate("http://127.0.0.1:" + host.port() + "/");
      page.waitForFunction("crossOriginIsolated");
      page.locator("body[data-state='ready'][data-offline='ready']").waitFor();
      context.setOffline(true);
      page.reload();
      page.locator("body[data-state='ready']").waitFor();
      page.evaluate("document.querySelector('#sampling [name=temperature]').value = '0'");
      page.fill("#composer-input", "What is the capital of Japan?");
      page.keyboard().press("Enter");
      page.locator(".message.assistant .content p:text-is('The capital of Japan is Tokyo.')")
          .waitFor();
      assertEquals(true, page.evaluate("crossOriginIsolated"));
    }
  }

  @Test
  void itStillAnswers() {
    answersOffline(site);
  }

  @Test
  void itStillAnswersWhereTheHostSendsNoHeaders() {
    try (DemoServer plain = DemoServer.startPlain(EnginePage.site(), 0)) {
      answersOffline(plain);
    }
  }
}
