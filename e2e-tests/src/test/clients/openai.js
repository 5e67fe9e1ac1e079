import OpenAI from 'openai';
import { openaiFetch } from 'wasm-chord/openai';

const client = (models) => new OpenAI({ baseURL: 'http://engine/v1', apiKey: 'none', dangerouslyAllowBrowser: true, fetch: openaiFetch(models) });
const failure = (error) => `${error.constructor.name} ${error.status} ${error.type} ${error.code} ${error.param}`;

/** What OpenAI's client hears of the engine, as lines. */
export async function run({ demo, caller, encoder, reranker }) {
  const said = [];
  const { chat, completions, models } = client(demo);
  const messages = [{ role: 'user', content: 'What is the capital of Japan?' }];
  const ask = { model: 'any', messages, temperature: 0 };

  const whole = await chat.completions.create({ ...ask, logprobs: true, top_logprobs: 1 });
  said.push(whole.choices[0].message.content, whole.usage.completion_tokens === whole.choices[0].logprobs.content.length);

  let text = '';
  let usage;
  for await (const chunk of await chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } })) {
    text += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage ?? usage;
  }
  said.push(text, usage.total_tokens === whole.usage.total_tokens);

  const schema = { type: 'object', properties: { city: { enum: ['Tokyo'] } }, required: ['city'], additionalProperties: false };
  const held = await chat.completions.parse({ ...ask, response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } } });
  said.push(held.choices[0].message.parsed.city);

  const { choices: [line] } = await completions.create({ model: 'any', prompt: 'The capital of', max_tokens: 2, temperature: 0 });
  said.push(line.finish_reason);

  const runner = client(caller).chat.completions.runTools({
    model: 'any', temperature: 0, messages: [{ role: 'user', content: 'Rain?' }], stream: true,
    tools: [{ type: 'function', function: { name: 'weather', parse: JSON.parse, function: ({ place }) => `wet in ${place}`, parameters: { type: 'object', properties: { place: { type: 'string' } } } } }],
  });
  said.push(await runner.finalContent());

  const vectors = await client(encoder).embeddings.create({ model: 'any', input: ['a cat', 'a dog'] });
  const direct = await encoder.embeddings.create({ input: ['a cat', 'a dog'] });
  said.push(vectors.data[1].embedding.every((value, i) => value === Math.fround(direct.data[1].embedding[i])));

  const several = client({ demo, reranker });
  const ranked = await several.post('/rerank', { body: { model: 'reranker', query: 'the cat', documents: ['a dog', 'the cat sat'], top_n: 1 } });
  said.push(ranked.results.length);
  said.push((await several.models.list()).data.map(({ id }) => id).join(), (await several.models.retrieve('demo')).owned_by, (await models.list()).data.length);

  said.push(await several.chat.completions.create({ ...ask, model: 'other' }).catch(failure));
  said.push(await chat.completions.create({ ...ask, temperature: -1 }).catch(failure));
  said.push(await client(encoder).chat.completions.create(ask).catch(failure));
  said.push(await client(demo).responses.create({ model: 'any', input: 'a' }).catch(failure));

  const gone = new AbortController();
  const leaving = await chat.completions.create({ ...ask, ignore_eos: true, stream: true }, { signal: gone.signal });
  let heard = 0;
  for await (const { choices } of leaving) {
    heard += choices.length;
    gone.abort();
  }
  said.push(heard > 0, await chat.completions.create(ask, { signal: AbortSignal.abort() }).catch((error) => error.constructor.name));
  said.push((await chat.completions.create(ask)).choices[0].message.content === text); // the engine is free again
  return said.join('\n');
}
