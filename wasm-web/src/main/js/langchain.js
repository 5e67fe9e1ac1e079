/*
 * Models for LangChain.js. It translates; what is asked for is the engine's to check.
 */
import { Embeddings } from '@langchain/core/embeddings';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { assembleStructuredOutputPipeline, createContentParser, createFunctionCallingParser } from '@langchain/core/language_models/structured_output';
import { AIMessage, AIMessageChunk } from '@langchain/core/messages';
import { ChatGenerationChunk } from '@langchain/core/outputs';
import { convertToOpenAITool } from '@langchain/core/utils/function_calling';
import { toJsonSchema } from '@langchain/core/utils/json_schema';

/** @typedef {import('./wasm-chord.js').WasmChord} Engine */

/** What LangChain's options have for itself; all others are the engine's. */
const ITS_OWN = ['outputVersion', 'promptIndex', 'ls_structured_output_format', 'version', 'timeout', 'maxConcurrency'];

const ROLES = { human: 'user', ai: 'assistant', system: 'system', tool: 'tool' };

/** Of parts that are no text only the type is kept: the engine refuses them by it. What a model thought goes another way. */
function content(given) {
  return typeof given === 'string' ? given : given.filter(({ type }) => !['reasoning', 'tool_call'].includes(type)).map(({ type, text }) => ({ type, text }));
}

function assistant(message) {
  const { tool_calls: calls = [], additional_kwargs: { reasoning_content: reasoning } } = message;
  const said = content(message.content);
  return {
    role: 'assistant',
    content: said.length === 0 && calls.length > 0 ? null : said,
    ...(reasoning && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls.map(({ id, name, args }) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(args) } })) }),
  };
}

/** A message of LangChain's as OpenAI's. */
function toOpenAi(message) {
  const role = ROLES[message.type] ?? message.role;
  switch (role) {
    case 'assistant':
      return assistant(message);
    case 'tool':
      return { role, tool_call_id: message.tool_call_id, content: content(message.content) };
    default:
      return { role, content: content(message.content) };
  }
}

function toolChoice(choice) {
  if (choice === 'any') {
    return 'required';
  }
  const named = typeof choice === 'string' && !['auto', 'none', 'required'].includes(choice);
  return named ? { type: 'function', function: { name: choice } } : choice;
}

function usage(given) {
  return given && {
    input_tokens: given.prompt_tokens,
    output_tokens: given.completion_tokens,
    total_tokens: given.total_tokens,
    input_token_details: { cache_read: given.cached_tokens },
  };
}

const thought = (reasoning) => (reasoning ? { reasoning_content: reasoning } : {});

/** A call whose arguments are no JSON is one that LangChain calls invalid. */
function calls(made = []) {
  const fields = { tool_calls: [], invalid_tool_calls: [] };
  for (const { id, function: { name, arguments: text } } of made) {
    try {
      fields.tool_calls.push({ id, name, args: JSON.parse(text), type: 'tool_call' });
    } catch (error) {
      fields.invalid_tool_calls.push({ id, name, args: text, error: error.message, type: 'invalid_tool_call' });
    }
  }
  return fields;
}

function generation({ message, finish_reason: finish }, { id, model, usage: used }) {
  const text = message.content ?? '';
  return {
    text,
    generationInfo: { finish_reason: finish },
    message: new AIMessage({
      id,
      content: text,
      additional_kwargs: thought(message.reasoning_content),
      response_metadata: { model_name: model, finish_reason: finish },
      usage_metadata: usage(used),
      ...calls(message.tool_calls),
    }),
  };
}

function chunk({ id, model, usage: used, choices: [{ delta, finish_reason: finish }] }) {
  const text = delta.content ?? '';
  return new ChatGenerationChunk({
    text,
    message: new AIMessageChunk({
      id,
      content: text,
      additional_kwargs: thought(delta.reasoning_content),
      response_metadata: finish ? { model_name: model, finish_reason: finish } : {},
      usage_metadata: usage(used),
      tool_call_chunks: (delta.tool_calls ?? []).map(({ index, id: call, function: { name, arguments: args } }) => (
        { index, id: call, name, args, type: 'tool_call_chunk' })),
    }),
  });
}

/** A chat model: see wasm-chord/langchain's types. */
class ChatModel extends BaseChatModel {
  #chord;
  #defaults;

  /**
   * @param {Engine} chord
   * @param {any} params
   */
  constructor(chord, params) {
    super({});
    this.#chord = chord;
    this.#defaults = params;
  }

  static lc_name() {
    return 'ChatWasmChord';
  }

  _llmType() {
    return 'wasm-chord';
  }

  /** The engine's request. */
  invocationParams(options) {
    const { tools, tool_choice: choice, ...given } = { ...this.#defaults, ...options };
    return {
      ...Object.fromEntries(Object.entries(given).filter(([name]) => !ITS_OWN.includes(name))),
      ...(tools?.length > 0 && { tools: tools.map((tool) => convertToOpenAITool(tool)), tool_choice: toolChoice(choice) }),
    };
  }

  bindTools(tools, options) {
    return this.withConfig({ ...options, tools });
  }

  async _generate(messages, options) {
    const request = { ...this.invocationParams(options), messages: messages.map(toOpenAi), stream: false };
    const answer = /** @type {any} */ (await this.#chord.chat.completions.create(request));
    return { generations: [generation(answer.choices[0], answer)], llmOutput: { tokenUsage: usage(answer.usage) } };
  }

  async* _streamResponseChunks(messages, options, runManager) {
    const request = { ...this.invocationParams(options), messages: messages.map(toOpenAi), stream: true };
    for await (const each of /** @type {any} */ (await this.#chord.chat.completions.create(request))) {
      const made = chunk(each);
      yield made;
      await runManager?.handleLLMNewToken(made.text, undefined, undefined, undefined, undefined, { chunk: made });
    }
  }

  /** @returns {any} */
  withStructuredOutput(outputSchema, /** @type {any} */ { name = 'answer', method = 'jsonSchema', includeRaw } = {}) {
    const schema = toJsonSchema(outputSchema);
    if (method === 'functionCalling') {
      const tool = { type: 'function', function: { name, description: schema.description, parameters: schema, strict: true } };
      const llm = this.bindTools([tool], { tool_choice: name });
      return assembleStructuredOutputPipeline(llm, createFunctionCallingParser(outputSchema, name), includeRaw, 'StructuredOutput');
    }
    const format = method === 'jsonMode' ? { type: 'json_object' } : { type: 'json_schema', json_schema: { name, schema } };
    const llm = this.withConfig(/** @type {any} */ ({ response_format: format }));
    return assembleStructuredOutputPipeline(llm, createContentParser(outputSchema), includeRaw, 'StructuredOutput');
  }
}

class EmbeddingModel extends Embeddings {
  #chord;
  #params;

  /**
   * @param {Engine} chord
   * @param {any} params
   */
  constructor(chord, params) {
    super({});
    this.#chord = chord;
    this.#params = params;
  }

  async embedDocuments(documents) {
    if (documents.length === 0) {
      return [];
    }
    const { data } = /** @type {any} */ (await this.#chord.embeddings.create({ ...this.#params, input: documents }));
    return data.map(({ embedding }) => Array.from(embedding));
  }

  async embedQuery(document) {
    return (await this.embedDocuments([document]))[0];
  }
}

/** A loaded model as LangChain's chat model. */
export const chatModel = (chord, params = {}) => new ChatModel(chord, params);

/** A loaded model as LangChain's embeddings. */
export const embeddings = (chord, params = {}) => new EmbeddingModel(chord, params);
