import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { WasmChord } from 'wasm-chord';

const [path] = process.argv.slice(2);
const messages = [{ role: 'user', content: 'What is the capital of Japan?' }];

/** What a model says that is loaded in this way. */
async function answer(source, options) {
  const chord = await WasmChord.load(source, options);
  const { choices: [{ message }] } = await chord.chat.completions.create({ temperature: 0, messages });
  const { backend, threads, plan } = chord.modelInfo();
  await chord.dispose();
  return { said: `${message.content} ${backend} ${threads} ${plan.mode}`, plan };
}

const resident = await answer(path, { threads: 2 });
const streamed = await answer(pathToFileURL(path), { threads: 2, memoryBudget: resident.plan.totalBytes - 1 });
const blob = await answer(new Blob([await readFile(path)]), { threads: 1 });
console.log(resident.said);
console.log(streamed.said);
console.log(blob.said);
console.log(await WasmChord.load('nowhere.gguf').catch(({ code, message }) => `${code} ${message.includes('nowhere.gguf')}`));
