import { WasmChord } from 'wasm-chord';

// Or another GGUF file: { source: '/model.gguf' } lies in the folder public; an address, or { source: { repo, file } } of the Hugging Face hub.
const MODEL = WasmChord.models[0];

const $ = (id) => document.getElementById(id);
const messages = [];

function show(role, text) {
  const line = document.createElement('p');
  line.className = role;
  line.textContent = text; // what a model writes is text, never markup
  $('log').append(line);
  return line;
}

async function answer(chord, content) {
  const question = { role: 'user', content };
  show('user', content);
  const line = show('assistant', '');
  for await (const { choices } of await chord.chat.completions.create({ messages: [...messages, question], stream: true })) {
    line.textContent += choices[0].delta.content ?? '';
  }
  messages.push(question, { role: 'assistant', content: line.textContent });
}

async function start() {
  const onProgress = ({ phase, loaded, total }) => {
    $('status').textContent = total > 1 ? `${phase}: ${Math.round(100 * loaded / total)} %` : phase;
  };
  const chord = await WasmChord.load(MODEL.source, { sha256: MODEL.sha256, onProgress });
  $('composer').addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = $('text').value.trim();
    if (text && !$('send').disabled) {
      $('text').value = '';
      $('send').disabled = true;
      await answer(chord, text).catch((error) => show('error', error.message));
      $('send').disabled = false;
    }
  });
  $('status').textContent = chord.modelInfo().advice ?? `${chord.modelInfo().name} runs in this page.`;
  $('send').disabled = false;
}

start().catch((error) => { $('status').textContent = error.message; });
