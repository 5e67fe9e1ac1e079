package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the page shows what a model writes: as Markdown, and never as anything that acts. */
class PageMarkdownIT extends BrowserTest {
  /** Markdown and markup that tries to act, to fetch, or to look like a part of the page. */
  private static final List<String> HOSTILE =
      List.of(
          "<script>hacked()</script>",
          "<img src=x onerror=hacked()>",
          "![x](https://elsewhere.invalid/pixel.png)",
          "![x][1]\n\n[1]: https://elsewhere.invalid/pixel.png",
          "[x](javascript:hacked())",
          "[x](JaVaScRiPt:hacked())",
          "[x](java\tscript:hacked())",
          "[x](&#106;avascript:hacked())",
          "[x](data:text/html,<script>hacked()</script>)",
          "[x](vbscript:hacked())",
          "[x](blob:https://elsewhere.invalid/1)",
          "<javascript:hacked()>",
          "<svg onload=hacked()><animate onbegin=hacked() attributeName=x /></svg>",
          "<math><mtext><mglyph><style><img src=x onerror=hacked()></style></mglyph></mtext></math>",
          "<iframe srcdoc='<script>parent.hacked()</script>'></iframe>",
          "<form action=https://elsewhere.invalid/><input name=send></form>",
          "<style>@import url(https://elsewhere.invalid/x.css); body { display: none }</style>",
          "<link rel=stylesheet href=https://elsewhere.invalid/x.css>",
          "<div id=composer style='position:fixed;inset:0' class=message onclick=hacked()>x</div>",
          "<a href='https://elsewhere.invalid/' onmouseover=hacked()>x</a>",
          "[x](https://elsewhere.invalid/ \"t\\\" onmouseover=\\\"hacked()\")",
          "```html\" onmouseover=\"hacked()\n<script>hacked()</script>\n```",
          "| a |\n|---|\n| <img src=x onerror=hacked()> |",
          "<!--><img src=x onerror=hacked()>-->",
          "<noscript><p title=\"</noscript><img src=x onerror=hacked()>\">",
          "<template><img src=x onerror=hacked()></template>",
          "<details open ontoggle=hacked()>x</details>",
          "<base href=https://elsewhere.invalid/>",
          "<meta http-equiv=refresh content='0;url=https://elsewhere.invalid/'>");

  /** What an answer may consist of beside text. */
  private static final String UNEXPECTED =
      """
      async (texts) => {
        const { render } = await import('/js/chat/markdown.js');
        window.hacked = () => { window.wasHacked = true; };
        const host = document.querySelector('#conversation');
        const tags = ['P', 'BR', 'HR', 'STRONG', 'EM', 'DEL', 'CODE', 'PRE', 'BLOCKQUOTE', 'UL', 'OL', 'LI', 'A', 'H3', 'H4', 'H5', 'H6',
          'TABLE', 'THEAD', 'TBODY', 'TR', 'TH', 'TD', 'DIV', 'SPAN', 'BUTTON'];
        const attributes = ['href', 'class', 'align', 'start', 'title', 'target', 'rel', 'tabindex', 'role', 'aria-label', 'type'];
        const wrong = [];
        for (const text of texts) {
          const article = document.createElement('div');
          article.append(render(text));
          host.append(article);
          for (const node of article.querySelectorAll('*')) {
            const odd = [...node.attributes].filter(({ name }) => !attributes.includes(name)).map(({ name }) => name);
            const href = node.getAttribute('href');
            if (!tags.includes(node.tagName) || odd.length > 0 || (href !== null && !/^(https?:|mailto:)/i.test(href))) {
              wrong.push(`${text}: ${node.outerHTML}`);
            }
            node.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
          }
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
        return [...wrong, ...(window.wasHacked ? ['a script has run'] : [])];
      }
      """;

  private static final String SAMPLE =
      """
      # Ways

      There are **three**; see [the docs](https://example.org/):

      1. `sort`
      2. Streams
         - lazy

         - parallel
      3. *own*

      ```java
      List<String> names = List.of("`Tess`");

      // ``` is no end here
      ```
      Then ~~not~~ this

      | way | cost |
      |:---|---:|
      | a | n |

      > It depends
      > on it.

      A [link][1] that is defined later, and <b>no markup</b>.

      Title
      -----

      [1]: https://example.org/later
      ~~~
      open to the end
      """;

  private BrowserContext context;
  private Page page;
  private final List<String> elsewhere = Collections.synchronizedList(new ArrayList<>());

  @BeforeAll
  void open() {
    context = chromium.browser().newContext();
    page = context.newPage();
    page.setDefaultTimeout(60_000);
    page.onRequest(request -> {
      if (!request.url().startsWith("http://127.0.0.1:" + site.port() + "/")) {
        elsewhere.add(request.url());
      }
    });
    page.navigate("http://127.0.0.1:" + site.port() + "/?model=none");
    page.locator("body[data-state='empty']").waitFor();
  }

  @AfterAll
  void close() {
    context.close();
  }

  @Test
  void whatAModelWritesNeitherActsNorFetches() {
    assertEquals(List.of(), page.evaluate(UNEXPECTED, HOSTILE));
    assertEquals(List.of(), elsewhere);
  }

  @Test
  void markdownIsShown() {
    String html =
        (String)
            page.evaluate(
                """
                async (text) => {
                  const { render } = await import('/js/chat/markdown.js');
                  const host = document.createElement('div');
                  host.append(render(text));
                  return host.innerHTML;
                }
                """,
                SAMPLE);
    for (String part :
        List.of(
            "<h3>Ways</h3>",
            "<strong>three</strong>",
            "href=\"https://example.org/\"",
            "<ol>",
            "<span>java</span><button class=\"quiet\" type=\"button\">Copy</button>",
            "// ``` is no end here",
            "<del>not</del>",
            "<td align=\"right\">n</td>",
            "<blockquote>",
            "href=\"https://example.org/later\"",
            "&lt;b&gt;no markup&lt;/b&gt;")) {
      assertTrue(html.contains(part), part + " in " + html);
    }
  }

  /** In pieces of any size the same is shown in the end, and blocks that were whole stay. */
  @Test
  void textThatStreamsIsShownAsTheWholeIs() {
    Object same =
        page.evaluate(
            """
            async (text) => {
              const { render } = await import('/js/chat/markdown.js');
              const { StreamingMarkdown } = await import('/js/chat/streaming-markdown.js');
              const whole = document.createElement('div');
              whole.append(render(text));
              const wrong = [];
              for (const size of [1, 2, 3, 7, 50, 1000]) {
                const host = document.createElement('div');
                const streaming = new StreamingMarkdown(host);
                for (let at = 0; at < text.length; at += size) {
                  streaming.append(text.slice(at, at + size));
                  if (host.querySelector('script, img, b')) wrong.push(`markup at ${at}`);
                }
                streaming.end();
                if (host.innerHTML !== whole.innerHTML) wrong.push(`size ${size}: ${host.innerHTML}`);
              }
              const host = document.createElement('div');
              const streaming = new StreamingMarkdown(host);
              streaming.append('first\\n\\nsecond\\n\\n```\\none\\n');
              const [first, second] = host.querySelectorAll('p');
              const code = host.querySelector('code');
              streaming.append('two\\n');
              streaming.append('three\\n');
              if (!first.isConnected && first.parentElement !== host) wrong.push('the first paragraph was replaced');
              if (host.querySelector('p') !== first || host.querySelectorAll('p')[1] !== second) wrong.push('a whole block was replaced');
              if (host.querySelector('code') !== code || code.textContent !== 'one\\ntwo\\nthree\\n') wrong.push(`code is ${code.textContent}`);
              return wrong;
            }
            """,
            SAMPLE);
    assertEquals(List.of(), same);
  }

  /** Nested deeply, long, or full of marks that open and never close: shown as it is, and soon. */
  @Test
  void oddTextsAreShownAsTheyAre() {
    Object shown =
        page.evaluate(
            """
            async () => {
              const { render } = await import('/js/chat/markdown.js');
              const texts = ['>'.repeat(20000), '['.repeat(20000), '*a '.repeat(12000), '- '.repeat(8000), '`'.repeat(30000), 'x'.repeat(50000), '\\0<b>\\uFFFF\\uD800', ''];
              return texts.filter((text) => {
                const host = document.createElement('div');
                host.append(render(text));
                return text.length > 100 && host.textContent.length === 0 && !/^[>\\- ]+$/.test(text);
              }).length;
            }
            """);
    assertEquals(0, shown);
  }
}
