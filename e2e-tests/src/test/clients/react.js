import { createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { useWasmChord } from 'wasm-chord/react';

const MODEL = '/models/wasm-chord-demo-q4_k_m.gguf';
const options = { threads: 1, assets: { base: '/wasm-chord/' } };

/** Renders a chat, and keeps what the hook said last and all states. */
function mount() {
  const seen = { states: [], now: null, waiting: [] };
  function Chat({ model }) {
    seen.now = useWasmChord({ model, options, params: { temperature: 0 } });
    const { state, progress, messages } = seen.now;
    if (seen.states.at(-1) !== state) {
      seen.states.push(state);
    }
    seen.progressed ||= progress !== null;
    return createElement('p', null, messages.map(({ content }) => content).join('|'));
  }
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  const render = (model) => root.render(createElement(StrictMode, null, createElement(Chat, { model })));
  const until = async (is) => {
    while (!seen.now || !is(seen.now)) {
      await new Promise((resolve) => { requestAnimationFrame(resolve); });
    }
  };
  return { seen, place, root, render, until };
}

/** What React's hook does, as lines. */
export async function run() {
  const said = [];
  const { seen, place, root, render, until } = mount();
  render(null);
  await until(({ state }) => state === 'idle');
  said.push(await seen.now.send('?').catch(({ code }) => code));
  render(MODEL);
  await until(({ state }) => state === 'ready');
  said.push(seen.states.join(), seen.progressed);

  said.push(await seen.now.send('What is the capital of Japan?'));
  await until(({ state }) => state === 'ready');
  said.push(place.textContent, seen.states.at(-2));

  const endless = seen.now.send('Tell me a story about a brave owl named Tess.', { ignore_eos: true });
  await until(({ state, messages }) => state === 'answering' && messages.length === 4 && messages[3].content.length > 0);
  said.push(await seen.now.send('?').catch(({ code }) => code));
  seen.now.stop();
  const part = await endless;
  await until(({ state }) => state === 'ready');
  said.push(part.length > 0 && seen.now.messages[3].content === part);

  await seen.now.send('?', { temperature: -1 });
  await until(({ state, error }) => state === 'ready' && error !== null);
  said.push(seen.now.error.code, seen.now.messages.length);

  const { chord } = seen.now;
  render('/models/missing.gguf');
  await until(({ state }) => state === 'failed');
  said.push(seen.now.error.code, await chord.tokenize('a').catch(({ code }) => code));
  root.unmount();
  return said.join('\n');
}
