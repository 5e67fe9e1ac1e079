/*
 * A provider for the AI SDK (npm's `ai`), of the third version of its interfaces. It translates; what is asked for is the engine's to check.
 */
const PROVIDER = 'wasm-chord';
const FINISH = { stop: 'stop', length: 'length', tool_calls: 'tool-calls' };

/** @typedef {import('./wasm-chord.js').WasmChord} Engine */

/** What a part of a message says, as text; anything else is refused by the engine, by its type. */
const part = ({ type, text }) => ({ type, text });

/** What a tool said, as the model reads it. */
function output({ type, value, reason }) {
  switch (type) {
    case 'text':
    case 'error-text':
      return value;
    case 'execution-denied':
      return reason ?? 'the user did not allow this call';
    case 'content':
      return value.map(part);
    default:
      return JSON.stringify(value);
  }
}

function assistant(content) {
  const of = (type) => content.filter((one) => one.type === type);
  const reasoning = of('reasoning').map(({ text }) => text).join('');
  const calls = of('tool-call').map(({ toolCallId: id, toolName: name, input }) => (
    { id, type: 'function', function: { name, arguments: typeof input === 'string' ? input : JSON.stringify(input) } }));
  const said = content.filter(({ type }) => !['reasoning', 'tool-call'].includes(type)).map(part);
  return {
    role: 'assistant',
    content: said.length === 0 && calls.length > 0 ? null : said,
    ...(reasoning && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/** A message of the SDK's as messages of OpenAI's. */
function messages({ role, content }) {
  switch (role) {
    case 'assistant':
      return [assistant(content)];
    case 'tool':
      return content.filter(({ type }) => type === 'tool-result')
          .map(({ toolCallId, output: said }) => ({ role, tool_call_id: toolCallId, content: output(said) }));
    default:
      return [{ role, content: typeof content === 'string' ? content : content.map(part) }];
  }
}

function toolChoice(choice) {
  return choice?.type === 'tool' ? { type: 'function', function: { name: choice.toolName } } : choice?.type;
}

function responseFormat(format) {
  if (format?.type !== 'json') {
    return undefined;
  }
  const { schema, name = 'answer', description } = format;
  return schema ? { type: 'json_schema', json_schema: { name, description, schema } } : { type: 'json_object' };
}

const functions = (tools) => tools?.filter(({ type }) => type === 'function')
    .map(({ name, description, inputSchema: parameters, strict }) => ({ type: 'function', function: { name, description, parameters, strict } }));

/** Tools that providers run on their machines: there is none here. */
function warnings({ tools = [] }) {
  return tools.filter(({ type }) => type !== 'function')
      .map(({ id }) => ({ type: 'unsupported', feature: `tool ${id}` }));
}

/** A request of the engine's; `providerOptions['wasm-chord']` has its own options by their names. */
function request(options) {
  const tools = functions(options.tools);
  return {
    messages: options.prompt.flatMap(messages),
    max_tokens: options.maxOutputTokens,
    temperature: options.temperature,
    stop: options.stopSequences,
    top_p: options.topP,
    top_k: options.topK,
    presence_penalty: options.presencePenalty,
    frequency_penalty: options.frequencyPenalty,
    seed: options.seed,
    response_format: responseFormat(options.responseFormat),
    tools: tools?.length > 0 ? tools : undefined,
    tool_choice: tools?.length > 0 ? toolChoice(options.toolChoice) : undefined,
    signal: options.abortSignal,
    ...options.providerOptions?.[PROVIDER],
  };
}

function usage(given) {
  const { prompt_tokens: total, cached_tokens: cacheRead, completion_tokens: made } = given ?? {};
  return {
    inputTokens: { total, noCache: given && total - cacheRead, cacheRead, cacheWrite: undefined },
    outputTokens: { total: made, text: undefined, reasoning: undefined },
    raw: given,
  };
}

const finishReason = (raw) => ({ unified: FINISH[raw] ?? 'other', raw: raw ?? undefined });

const metadata = ({ id, created, model }) => ({ id, timestamp: new Date(created * 1000), modelId: model });

function content({ content: text, reasoning_content: reasoning, tool_calls: calls = [] }) {
  return [
    ...(reasoning ? [{ type: 'reasoning', text: reasoning }] : []),
    ...(text ? [{ type: 'text', text }] : []),
    ...calls.map(({ id, function: { name, arguments: input } }) => ({ type: 'tool-call', toolCallId: id, toolName: name, input })),
  ];
}

/** Makes the SDK's parts of an answer's chunks: text and reasoning are blocks that begin and end, and so is each call. */
class Parts {
  #open = null; // of text or reasoning
  #blocks = 0;
  #calls = [];

  * of({ delta, finish_reason: finish }) {
    yield* this.#text('reasoning', delta.reasoning_content);
    yield* this.#text('text', delta.content);
    for (const call of delta.tool_calls ?? []) {
      yield* this.#call(call);
    }
    if (finish) {
      yield* this.#close();
      for (const { id, name, input } of this.#calls) {
        yield { type: 'tool-input-end', id };
        yield { type: 'tool-call', toolCallId: id, toolName: name, input };
      }
    }
  }

  * #text(type, delta) {
    if (!delta) {
      return;
    }
    if (this.#open?.type !== type) {
      yield* this.#close();
      this.#open = { type, id: String(this.#blocks++) };
      yield { type: `${type}-start`, id: this.#open.id };
    }
    yield { type: `${type}-delta`, id: this.#open.id, delta };
  }

  * #close() {
    if (this.#open) {
      yield { type: `${this.#open.type}-end`, id: this.#open.id };
      this.#open = null;
    }
  }

  * #call({ index, id, function: { name, arguments: delta } }) {
    if (id) {
      yield* this.#close();
      this.#calls[index] = { id, name, input: '' };
      yield { type: 'tool-input-start', id, toolName: name };
    }
    if (delta) {
      const call = this.#calls[index];
      call.input += delta;
      yield { type: 'tool-input-delta', id: call.id, delta };
    }
  }
}

async function* parts(chunks, warned) {
  const made = new Parts();
  let last = {};
  let finish = null;
  yield { type: 'stream-start', warnings: warned };
  for await (const chunk of chunks) {
    if (!last.id) {
      yield { type: 'response-metadata', ...metadata(chunk) };
    }
    last = chunk;
    finish = chunk.choices[0].finish_reason ?? finish;
    yield* made.of(chunk.choices[0]);
  }
  yield { type: 'finish', usage: usage(last.usage), finishReason: finishReason(finish) };
}

/** A stream that is read when it is wanted; whoever leaves it ends the answer. */
function streamOf(each) {
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await each.next();
        if (done) {
          controller.close();
        } else {
          controller.enqueue(value);
        }
      } catch (error) {
        controller.enqueue({ type: 'error', error });
        controller.close();
      }
    },
    async cancel() {
      await each.return();
    },
  }, { highWaterMark: 0 });
}

/** What all models of the SDK say of themselves. */
class Model {
  specificationVersion = /** @type {const} */ ('v3');
  provider = PROVIDER;

  /** @param {Engine} chord */
  constructor(chord) {
    this.chord = chord;
    this.modelId = chord.modelInfo().name;
  }
}

class LanguageModel extends Model {
  supportedUrls = {};

  async doGenerate(options) {
    const answer = /** @type {any} */ (await this.chord.chat.completions.create({ ...request(options), stream: false }));
    const [{ message, finish_reason: finish }] = answer.choices;
    return { content: content(message), finishReason: finishReason(finish), usage: usage(answer.usage), warnings: warnings(options), response: metadata(answer) };
  }

  async doStream(options) {
    const chunks = await this.chord.chat.completions.create({ ...request(options), stream: true });
    return { stream: streamOf(parts(chunks, warnings(options))) };
  }
}

class EmbeddingModel extends Model {
  maxEmbeddingsPerCall = undefined;
  supportsParallelCalls = false;

  async doEmbed({ values, abortSignal: signal, providerOptions }) {
    const { data, usage: used } = await this.chord.embeddings.create({ input: values, signal, ...providerOptions?.[PROVIDER] });
    return { embeddings: data.map(({ embedding }) => embedding), usage: { tokens: used.prompt_tokens }, warnings: [] };
  }
}

class RerankingModel extends Model {
  async doRerank({ documents, query, topN, abortSignal: signal, providerOptions }) {
    const texts = documents.type === 'text' ? documents.values : documents.values.map((one) => JSON.stringify(one));
    const { results } = await this.chord.rerank({ query, documents: texts, top_n: topN, signal, ...providerOptions?.[PROVIDER] });
    return { ranking: results.map(({ index, relevance_score: relevanceScore }) => ({ index, relevanceScore })) };
  }
}

/** A loaded model as the SDK's language model. */
export const languageModel = (chord) => new LanguageModel(chord);

/** A loaded model as the SDK's embedding model. */
export const embeddingModel = (chord) => new EmbeddingModel(chord);

/** A loaded reranker as the SDK's reranking model. */
export const rerankingModel = (chord) => new RerankingModel(chord);
