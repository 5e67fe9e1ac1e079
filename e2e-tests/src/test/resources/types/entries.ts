import OpenAI from 'openai';
import { type EmbeddingModel, generateObject, type LanguageModel, rerank, streamText } from 'ai';
import type { WasmChord } from 'wasm-chord';
import { openaiFetch, type ServedModels } from 'wasm-chord/openai';
import { answerRequests, sharedFetch, type AnswerOptions } from 'wasm-chord/service-worker';
import { shareEngine, type SharedEngine, type ShareOptions } from 'wasm-chord/shared';
import { embeddingModel, languageModel, rerankingModel } from 'wasm-chord/ai-sdk';
import { chatModel, embeddings } from 'wasm-chord/langchain';
import { promptApi, type AvailabilityOptions, type CreateOptions, type ExpectedContent, type LanguageModelSession, type LanguageModelStatic, type PromptContent, type PromptInput, type PromptMessage, type PromptOptions, type PromptTool } from 'wasm-chord/prompt-api';

export function clients(chord: WasmChord) {
  return [new OpenAI({ apiKey: 'none', fetch: openaiFetch(chord) }), new OpenAI({ apiKey: 'none', fetch: openaiFetch({ a: chord, b: chord }) })];
}

export async function sdk(chord: WasmChord) {
  const language: LanguageModel = languageModel(chord);
  const embedding: EmbeddingModel = embeddingModel(chord);
  const { ranking } = await rerank({ model: rerankingModel(chord), query: 'a', documents: ['b'] });
  const { object } = await generateObject({ model: languageModel(chord), prompt: 'a', output: 'no-schema' });
  return [language, embedding, ranking[0]?.score, object, streamText({ model: language, prompt: 'a' }).textStream];
}

export async function chain(chord: WasmChord): Promise<[string, string, number[]]> {
  const model = chatModel(chord, { temperature: 0, min_p: 0.1 });
  const called = await model.bindTools!([{ type: 'function', function: { name: 'a', parameters: {} } }], { tool_choice: 'any' }).invoke('a', { max_tokens: 5 });
  const { city } = await model.withStructuredOutput<{ city: string }>({ type: 'object' }).invoke('a');
  return [called.text, city, await embeddings(chord).embedQuery('a')];
}

export async function prompts(chord: WasmChord): Promise<[LanguageModelSession, string]> {
  const weather: PromptTool = { name: 'weather', description: 'rain', inputSchema: {}, execute: ({ place }) => `wet in ${place}` };
  const text: ExpectedContent = { type: 'text', languages: ['en'] };
  const wanted: AvailabilityOptions = { expectedInputs: [text] };
  const content: PromptContent = [{ type: 'text', value: 'Be brief.' }];
  const first: PromptMessage = { role: 'system', content };
  const given: CreateOptions = { ...wanted, initialPrompts: [first], tools: [weather], monitor: (target) => target.addEventListener('downloadprogress', () => {}) };
  const api: LanguageModelStatic = promptApi(() => chord);
  const options: PromptOptions = { responseConstraint: /yes|no/ };
  const input: PromptInput = 'Rain?';
  const session = await api.create(given);
  for await (const piece of session.promptStreaming(input)) {
    console.log(piece.length);
  }
  return [session, await session.prompt(input, options)];
}

export async function tabs(chord: WasmChord) {
  const served: ServedModels = { a: chord, b: chord };
  const options: ShareOptions = { name: 'mine', load: () => served, onLead: () => {} };
  const shared: SharedEngine = shareEngine(options);
  await shared.ready();
  const at: AnswerOptions = { path: '/llm/v1/' };
  answerRequests(at);
  await sharedFetch({ name: 'mine' })('http://engine/v1/models');
  await shared.close();
  return [shared.leads, new OpenAI({ apiKey: 'none', fetch: shared.fetch }), openaiFetch(async () => chord)];
}
