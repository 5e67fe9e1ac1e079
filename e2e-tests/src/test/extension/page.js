import { WasmChord } from './wasm-chord/wasm-chord.js';

const part = await fetch('model.gguf', { headers: { Range: 'bytes=100-299' } });
document.body.dataset.part = `${part.status} ${(await part.arrayBuffer()).byteLength}`;
try {
  const chord = await WasmChord.load('model.gguf');
  const { choices: [{ message }] } = await chord.chat.completions.create({ temperature: 0, messages: [{ role: 'user', content: 'What is the capital of Japan?' }] });
  const { threads, backend } = chord.modelInfo();
  await chord.dispose();
  document.body.dataset.background = await globalThis.chrome.runtime.sendMessage({ content: 'What is the capital of Japan?' });
  document.querySelector('#answer').textContent = `${message.content} ${threads > 1} ${backend}`;
} catch (error) {
  document.querySelector('#answer').textContent = `${error.code}: ${error.message}`;
}
