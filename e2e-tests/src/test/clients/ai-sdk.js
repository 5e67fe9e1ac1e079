import { embed, generateObject, generateText, jsonSchema, rerank, stepCountIs, streamText, tool } from 'ai';
import { embeddingModel, languageModel, rerankingModel } from 'wasm-chord/ai-sdk';

const prompt = 'What is the capital of Japan?';

/** What the AI SDK hears of the engine, as lines. */
export async function run({ demo, caller, encoder, reranker }) {
  const said = [];
  const model = languageModel(demo);

  const { text, finishReason, usage, warnings } = await generateText({ model, prompt, temperature: 0 });
  said.push(text, finishReason, usage.totalTokens > usage.outputTokens, warnings.length);

  const streamed = streamText({ model, prompt, temperature: 0, providerOptions: { 'wasm-chord': { min_p: 0.1 } } });
  let pieces = 0;
  for await (const piece of streamed.textStream) {
    pieces += piece.length;
  }
  said.push(await streamed.text, pieces === text.length, await streamed.finishReason, (await streamed.usage).outputTokens === usage.outputTokens);

  const schema = jsonSchema({ type: 'object', properties: { city: { enum: ['Tokyo'] } }, required: ['city'], additionalProperties: false });
  said.push((await generateObject({ model, prompt, schema, temperature: 0 })).object.city);

  const inputSchema = jsonSchema({ type: 'object', properties: { place: { type: 'string' } } });
  const tools = { weather: tool({ inputSchema, execute: async ({ place }) => `wet in ${place}` }) };
  const rain = { model: languageModel(caller), prompt: 'Rain?', tools, stopWhen: stepCountIs(3), temperature: 0 };
  const called = await generateText(rain);
  said.push(called.text, called.steps.length, called.steps[0].reasoningText, called.steps[0].toolResults[0].output);
  const calling = streamText(rain);
  const types = [];
  for await (const { type } of calling.fullStream) {
    if (type !== types.at(-1)) {
      types.push(type);
    }
  }
  said.push(await calling.text, types.join(' '));

  const { embedding, usage: read } = await embed({ model: embeddingModel(encoder), value: 'a cat' });
  said.push(embedding.length > 8, read.tokens > 0);
  const { ranking } = await rerank({ model: rerankingModel(reranker), query: 'the cat', documents: ['a dog', 'the cat sat'], topN: 1 });
  said.push(ranking.length);

  said.push(await generateText({ model, prompt, abortSignal: AbortSignal.abort() }).catch((error) => error.name));
  said.push(await generateText({ model: languageModel(encoder), prompt, maxRetries: 0 }).catch((error) => error.code));
  const gone = new AbortController();
  const leaving = streamText({ model, prompt, abortSignal: gone.signal, providerOptions: { 'wasm-chord': { ignore_eos: true } }, onError: () => {} });
  const kinds = new Set();
  for await (const { type } of leaving.fullStream) {
    kinds.add(type);
    if (type === 'text-delta') {
      gone.abort();
    }
  }
  said.push(kinds.has('abort'));
  return said.join('\n');
}
