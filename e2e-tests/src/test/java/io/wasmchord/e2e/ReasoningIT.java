package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.model.ScriptedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that thinks before it answers, and one without a template, in Chromium. */
class ReasoningIT extends BrowserTest {
  private static final String TEMPLATE =
      "{% if messages | length > 4 %}{{ raise_exception('given back: ' ~ messages[1] | tojson) }}{% endif %}"
          + "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|im_end|>{% endfor %}<|assistant|>"
          + "{% if enable_thinking is defined and not enable_thinking %}<think></think>\n\n{% endif %}";

  @TempDir Path folder;

  private ScriptedModel thinking() {
    return new ScriptedModel()
        .control("<|user|>", "<|assistant|>", "<|im_end|>")
        .template(TEMPLATE);
  }

  private String serve(ScriptedModel model) throws IOException {
    model.says(
        "<|assistant|>",
        "<think>",
        "\n",
        "I",
        "\u2581see",
        "\n\n\n",
        "</think>",
        "\n\n",
        "<b>Yes</b>",
        ".",
        "<|im_end|>");
    return models.add(model.write(folder.resolve("thinker.gguf")), Behaviour.RANGES);
  }

  private Object run(String body, String url) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      String load = "const chord = await WasmChord.load(url, { threads: 1 });";
      return page.evaluate(
          "async ({ url }) => {" + load + "try {" + body + "} finally { await chord.dispose(); } }",
          Map.of("url", url));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void reasoningComesApart(boolean control) throws IOException {
    ScriptedModel model = thinking();
    String[] markers = {"<think>", "</think>"};
    String url = serve(control ? model.control(markers) : model.userDefined(markers));
    assertEquals(
        "<b>Yes</b>.|I see|stop|9|true|I see/<b>Yes</b>.|<think>\nI see\n\n\n</think>\n\n<b>Yes</b>.|"
            + "|<b>Yes</b>.||invalid_request",
        run(
            """
            const ask = (more) => chord.chat.completions.create({ messages: [{ role: 'user', content: 'Hi' }], temperature: 0, ...more });
            const { choices: [{ message, finish_reason }], usage } = await ask({});
            let thought = '', text = '', mixed = false;
            for await (const { choices: [{ delta }] } of await ask({ stream: true })) {
              thought += delta.reasoning_content ?? '';
              text += delta.content ?? '';
              mixed ||= 'content' in delta && 'reasoning_content' in delta;
            }
            const { message: raw } = (await ask({ reasoning_format: 'none' })).choices[0];
            const { message: quick } = (await ask({ chat_template_kwargs: { enable_thinking: false } })).choices[0];
            const wrong = await ask({ reasoning_format: 'deepseek' }).catch((e) => e.code);
            return [message.content, message.reasoning_content, finish_reason, usage.completion_tokens, !mixed && chord.modelInfo().thinkingSwitch,
              thought + '/' + text, raw.content, raw.reasoning_content, quick.content, quick.reasoning_content, wrong].join('|');
            """,
            url));
  }

  @Test
  void aPromptThatBeginsTheReasoningIsUnderstood() throws IOException {
    ScriptedModel model =
        thinking()
            .userDefined("<think>", "</think>")
            .template("{# </think> #}<|assistant|><think>\n");
    assertEquals(
        "I see|<b>Yes</b>.",
        run(
            """
            const { choices: [{ message }] } = await chord.chat.completions.create({ messages: [{ role: 'user', content: 'Hi' }], temperature: 0 });
            return [message.reasoning_content, message.content].join('|');
            """,
            serve(model)));
  }

  private void visit(Page page, String url) {
    page.setDefaultTimeout(60_000);
    page.navigate("http://127.0.0.1:" + site.port() + "/" + (url.isEmpty() ? "" : "?model=" + url));
    if (!url.isEmpty()) {
      page.click("#accept-offer");
    }
    page.locator("body[data-state='ready']").waitFor();
  }

  private static void ask(Page page, String text) {
    int answers = page.locator(".message.assistant footer").count();
    page.fill("#composer-input", text);
    page.keyboard().press("Enter");
    page.locator(".message.assistant footer").nth(answers).waitFor();
  }

  @Test
  void thePageFoldsThoughtsAway() throws IOException {
    String url = serve(thinking().userDefined("<think>", "</think>"));
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      visit(page, url);
      assertTrue(page.locator("#no-template").isHidden());
      ask(page, "Hi");
      assertEquals("<b>Yes</b>.", page.textContent(".message.assistant .content"));
      assertEquals("I see", page.textContent(".message.assistant .thoughts"));
      assertTrue(page.textContent(".reasoning summary").matches("Thought for \\d+ s"));
      assertFalse(page.locator(".thoughts").isVisible());
      page.locator(".reasoning summary").press("Enter");
      assertTrue(page.locator(".thoughts").isVisible());
      assertEquals(0, page.locator("#conversation b").count(), "text is never markup");
      ask(page, "And?");
      page.fill("#composer-input", "Again");
      page.keyboard().press("Enter");
      page.locator("#error-text:has-text('given back')").waitFor();
      assertTrue(
          page.textContent("#error-text")
              .contains(
                  "given back: {\"role\": \"assistant\", \"content\": \"<b>Yes</b>.\", \"reasoning_content\": \"I see\"}"),
          page.textContent("#error-text"));
    }
  }

  @Test
  void thinkingCanBeSwitchedOffWhereTheTemplateKnowsHow() throws IOException {
    String url = serve(thinking().userDefined("<think>", "</think>"));
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      visit(page, url);
      page.click("#open-settings");
      page.uncheck("#thinking");
      page.keyboard().press("Escape");
      ask(page, "Hi");
      assertEquals("<b>Yes</b>.", page.textContent(".message.assistant .content"));
      assertEquals(0, page.locator(".reasoning").count());
      page.reload();
      page.locator("body[data-state='ready']").waitFor();
      page.click("#open-settings");
      assertFalse(page.isChecked("#thinking"), "kept for the model");
      page.selectOption("#template", "chatml");
      assertTrue(page.locator("#thinking").isHidden(), "a preset has no such switch");
      visit(page, "");
      page.click("#open-settings");
      assertEquals("auto", page.inputValue("#template"), "another model's choice");
      assertTrue(page.locator("#thinking").isHidden());
    }
  }

  @Test
  void aModelWithoutATemplateOffersPresets() throws IOException {
    ScriptedModel model =
        new ScriptedModel().userDefined("<|im_start|>").says("\n", "Yes", ".", "<|im_end|>");
    String url = models.add(model.write(folder.resolve("plain.gguf")), Behaviour.RANGES);
    Browser.NewContextOptions narrow =
        new Browser.NewContextOptions().setViewportSize(340, 640).setColorScheme(ColorScheme.DARK);
    try (BrowserContext context = chromium.browser().newContext(narrow)) {
      Page page = context.newPage();
      visit(page, url);
      assertTrue(page.locator("#no-template").isVisible());
      assertTrue(page.isDisabled("#send"));
      assertEquals(6, page.locator("#presets button").count());
      assertEquals(
          true, page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "narrow");
      page.fill("#composer-input", "Hi");
      page.keyboard().press("Enter");
      assertEquals(0, page.locator(".message").count(), "not before a choice");
      page.click("#presets button:has-text('ChatML')");
      assertTrue(page.locator("#no-template").isHidden());
      ask(page, "Hi");
      assertEquals("Yes.", page.textContent(".message.assistant .content"));
      page.reload();
      page.locator("body[data-state='ready']").waitFor();
      assertTrue(page.locator("#no-template").isHidden(), "kept for the model");
    }
    assertEquals(
        "invalid_request: plain.gguf has no chat template; name one with 'template': chatml, llama2, llama3, zephyr, alpaca",
        run(
            "return await chord.chat.completions.create({ messages: [{ role: 'user', content: 'Hi' }] }).catch((e) => e.code + ': ' + e.message);",
            url));
  }
}
