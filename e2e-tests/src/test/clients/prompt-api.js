import { promptApi } from 'wasm-chord/prompt-api';

const question = 'What is the capital of Japan?';
const failure = (error) => error.name;

/** What a page written for Chrome's LanguageModel hears of the engine, as lines. */
export async function run({ demo, caller, again }) {
  const said = [];
  const LanguageModel = promptApi(({ onProgress }) => again({ onProgress }));
  said.push(await LanguageModel.availability(), await LanguageModel.availability({ expectedInputs: [{ type: 'image' }] }));
  const progress = [];
  const session = await LanguageModel.create({
    temperature: 0, topK: 1, monitor: (m) => m.addEventListener('downloadprogress', ({ loaded }) => progress.push(loaded)),
  });
  said.push(await LanguageModel.availability(), progress.at(-1), progress.every((one, i) => one >= (progress[i - 1] ?? 0)));

  const text = await session.prompt(question);
  said.push(text, session.contextUsage > 0, session.contextWindow === demo.modelInfo().contextLength, session.topK);

  const twin = await session.clone();
  let streamed = '';
  for await (const piece of twin.promptStreaming(question)) {
    streamed += piece;
  }
  const both = await Promise.all([session.prompt(question), session.prompt(question)]); // in turn
  said.push(streamed === both[0], both.length);

  const plain = await LanguageModel.create({ temperature: 0 });
  await plain.append([{ role: 'user', content: [{ type: 'text', value: question }] }, { role: 'assistant', content: 'Tokyo.' }]);
  said.push(await plain.prompt('And?', { responseConstraint: /yes|no/ }).then((answer) => ['yes', 'no'].includes(answer)));
  said.push(await plain.measureContextUsage(question) === (await demo.tokenize(question, { addSpecial: false })).length);
  said.push(await plain.prompt(question, { responseConstraint: { not: {} } }).catch(failure));
  said.push(await plain.prompt([{ role: 'user', content: [{ type: 'image', value: null }] }]).catch(failure));
  said.push(await plain.prompt(question, { signal: AbortSignal.abort() }).catch(failure));
  const reader = plain.promptStreaming(question).getReader();
  await reader.read();
  await reader.cancel();
  said.push((await plain.prompt('And?', { responseConstraint: /y/ })));
  plain.destroy();
  plain.destroy();
  said.push(await plain.prompt(question).catch(failure));

  const Calling = promptApi(() => caller);
  const weather = { name: 'weather', description: 'rain', inputSchema: { type: 'object', properties: { place: { type: 'string' } } }, execute: async ({ place }) => `wet in ${place}` };
  const asked = await Calling.create({ tools: [weather], temperature: 0 });
  said.push(await asked.prompt('Rain?'));
  asked.destroy();

  const Failing = promptApi(() => Promise.reject(new TypeError('gone')));
  said.push(await Failing.create().catch(failure), await Failing.availability());
  return said.join('\n');
}
