package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatFormats;
import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.SavedSession;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sessions of a page, and sessions that move between a page and a JVM. */
class SessionIT extends BrowserTest {
  private static final Path DEMO =
      Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
  private static final String QUESTION = "What is the capital of Japan?";

  private static final String HELPERS =
      """
      const { WasmChordError } = await import('/wasm-chord/wasm-chord.js');
      const code = async (f) => {
        try {
          await f();
          return 'no error';
        } catch (e) {
          return e instanceof WasmChordError ? e.code : `untyped ${e}`;
        }
      };
      const text = ({ choices: [{ message }] }) => message.content;
      const base64 = async (blob) => {
        let all = '';
        for (const byte of new Uint8Array(await blob.arrayBuffer())) {
          all += String.fromCharCode(byte);
        }
        return btoa(all);
      };
      const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const chord = await WasmChord.load(url, options);
      const ask = { temperature: 0, max_tokens: 12 };
      """;

  private Object run(Map<String, Object> options, String more, String body) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate(
          "async ({ url, options, more }) => {" + HELPERS + body + "}",
          Map.of("url", models.add(DEMO, Behaviour.RANGES), "options", options, "more", more));
    }
  }

  @Test
  void aPageHasSeveralSessions() {
    Object told =
        run(
            Map.of("threads", 1),
            "",
            """
            const wrong = [];
            const same = (what, a, b) => JSON.stringify(a) === JSON.stringify(b) || wrong.push([what, a, b]);
            const system = [{ role: 'system', content: 'Answer in one sentence.' }];
            const one = await chord.createSession({ messages: system, ...ask });
            const before = (await chord.memory()).kvCacheBytes;
            const first = await one.prompt('What is the capital of Japan?');
            same('roles', one.messages.map((m) => m.role), ['system', 'user', 'assistant']);
            same('kept', one.messages[2].content, text(first));
            const plain = await chord.chat.completions.create({ messages: one.messages.slice(0, 2), ...ask });
            same('as without a session', text(plain), text(first));
            same('its prompt was there', plain.usage.prompt_tokens_details.cached_tokens, plain.usage.prompt_tokens - 1);
            const other = await one.clone();
            same('no cache more yet', [(await chord.memory()).kvCacheBytes, (await other.usage()).bytes], [before, 0]);
            same('copied', (await other.usage()).tokens, (await one.usage()).tokens);
            const [a, b] = await Promise.all([one.prompt('And of France?'), other.prompt('And of France?')]);
            same('clones say the same', text(a), text(b));
            same('a cache more', (await chord.memory()).kvCacheBytes, before + (await other.usage()).bytes);
            same('clones read on', b.usage.prompt_tokens_details.cached_tokens > first.usage.prompt_tokens, true);
            const chunks = [];
            other.rewind(3);
            for await (const chunk of await other.prompt('And of France?', { stream: true })) {
              chunks.push(chunk.choices[0].delta.content ?? '');
            }
            same('streamed', chunks.join(''), text(b));
            same('streamed and kept', other.messages, one.messages);
            const stream = await other.prompt('Tell me more.', { stream: true });
            same('one at a time', await code(() => other.prompt('x')), 'busy');
            for await (const chunk of stream) {
              break;
            }
            same('a stream that was left is not kept', other.messages, one.messages);
            other.append('A remark.');
            same('appended', other.messages.length, one.messages.length + 1);
            same('wrong options', await code(() => chord.createSession({ overflow: 'no' })), 'invalid_request');
            same('unknown options', await code(async () => (await chord.createSession({ color: 1 })).prompt('x')), 'invalid_request');
            same('too many answers', await code(() => one.prompt('x', { n: 2 })), 'invalid_request');
            same('too long a context', await code(() => chord.createSession({ contextLength: 2 ** 26 })), 'invalid_request');
            await other.dispose();
            same('disposed', await code(() => other.prompt('x')), 'disposed');
            same('the other stays', text(await one.prompt('And of Spain?')).length > 0, true);
            const small = await chord.createSession({ contextLength: 64, ...ask });
            const long = 'word '.repeat(70);
            same('too long', await code(() => small.prompt(long)), 'context_overflow');
            same('nothing kept', small.messages, []);
            const sliding = await chord.createSession({ contextLength: 64, overflow: 'slide', messages: system, ...ask });
            for (let i = 0; i < 4; i++) {
              await sliding.prompt('What is the capital of Japan?');
            }
            same('instructions stay', sliding.messages[0], system[0]);
            same('turns go', sliding.messages.length < 9, true);
            same('one that is too long', await code(() => sliding.prompt(long)), 'context_overflow');
            let called = 0;
            const own = await chord.createSession({ contextLength: 64, overflow: () => { called++; return [{ role: 'user', content: 'Hi' }]; }, ...ask });
            await own.prompt(long);
            same('asked for a shorter one', [called, own.messages[0].content], [1, 'Hi']);
            await chord.dispose();
            return wrong;
            """);
    assertEquals(List.of(), told);
  }

  @Test
  void sessionsMoveBetweenPageAndJvm() throws IOException {
    for (KvType type : List.of(KvType.F16, KvType.Q8_0)) {
      List<?> saved =
          (List<?>)
              run(
                  Map.of("threads", 2, "kvCache", type.label(), "contextLength", 256),
                  "",
                  """
                  const session = await chord.createSession(ask);
                  const first = await session.prompt('%s');
                  const blob = await session.save();
                  const again = await chord.restoreSession(blob);
                  const next = [text(await session.prompt('And of France?')), text(await again.prompt('And of France?'))];
                  const wrong = new Uint8Array(await blob.arrayBuffer());
                  const codes = [];
                  for (const at of [3, 9, 40, wrong.length - 20]) {
                    const mutant = wrong.slice();
                    mutant[at] ^= 1;
                    codes.push(await code(() => chord.restoreSession(mutant)));
                  }
                  codes.push(await code(() => chord.restoreSession(blob.slice(0, blob.size - 5))));
                  codes.push(await code(() => chord.restoreSession(new Blob([blob, 'x']))));
                  codes.push(await code(() => chord.restoreSession('x')));
                  const result = [text(first), ...next, await base64(blob), codes.join()];
                  await chord.dispose();
                  return result;
                  """
                      .formatted(QUESTION));
      assertEquals(saved.get(1), saved.get(2));
      assertEquals(
          "session_invalid,session_mismatch,session_invalid,session_invalid,session_invalid,"
              + "session_invalid,invalid_request",
          saved.get(4));
      byte[] blob = Base64.getDecoder().decode((String) saved.get(3));
      try (LoadedModel model =
              LoadedModel.builder(DEMO).threads(2).kvCache(type).context(256).load();
          SavedSession restored = model.restore(new ByteArrayInputStream(blob))) {
        assertTrue(restored.notes().contains(QUESTION), restored.notes());
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        model.save(restored.session(), restored.notes(), back);
        assertEquals(-1, java.util.Arrays.mismatch(blob, back.toByteArray()), "the same bytes");
        ChatFormat format =
            new ChatFormats(model.file(), model.tokenizer(), () -> 0).format(ChatFormat.AUTO, null);
        List<Message> messages =
            List.of(
                new Message(Role.USER, QUESTION),
                new Message(Role.ASSISTANT, (String) saved.getFirst()),
                new Message(Role.USER, "And of France?"));
        GenerationResult result =
            restored
                .session()
                .generate(
                    format.encode(messages),
                    format.options(
                        ChatRequest.of(messages), 12, List.of(), SamplerOptions.greedy(), false),
                    text -> true,
                    RunControl.NONE);
        assertEquals(saved.get(1), result.text().strip());
        assertTrue(result.cachedTokens() > 10, "from the page's cache");
        ByteArrayOutputStream later = new ByteArrayOutputStream();
        model.save(restored.session(), "", later);
        Object answer =
            run(
                Map.of("threads", 1, "kvCache", type.label(), "contextLength", 256),
                Base64.getEncoder().encodeToString(later.toByteArray()),
                """
                const session = await chord.restoreSession(bytes(more));
                const tokens = (await session.usage()).tokens;
                const saved = await base64(await session.save());
                await chord.dispose();
                return [tokens > 20, saved.length];
                """);
        assertEquals(true, ((List<?>) answer).getFirst());
      }
    }
  }
}
