import { WasmChord } from 'wasm-chord';

const { assets } = document.body.dataset;
try {
  const chord = await WasmChord.load('/models/wasm-chord-demo-q4_k_m.gguf', assets ? { assets: { base: assets } } : {});
  const { choices: [{ message }] } = await chord.chat.completions.create({ temperature: 0, messages: [{ role: 'user', content: 'What is the capital of Japan?' }] });
  const { threads, backend, cache } = chord.modelInfo();
  document.querySelector('#answer').textContent = `${message.content} ${threads > 1} ${backend} ${cache.stored}`;
} catch (error) {
  document.querySelector('#answer').textContent = `${error.code}: ${error.message}`;
}
