import type OpenAI from 'openai';
import type { ChatCompletion as OpenAIAnswer, ChatCompletionChunk, ChatCompletionCreateParams, ChatCompletionCreateParamsNonStreaming, ChatCompletionCreateParamsStreaming, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import type { Completion as OpenAIText, CompletionCreateParams, CompletionCreateParamsNonStreaming } from 'openai/resources/completions';
import type { CreateEmbeddingResponse, EmbeddingCreateParams } from 'openai/resources/embeddings';
import { WasmChord, WasmChordError } from 'wasm-chord';
import type { ChatChunk, ChatCompletion, ChatParams, Completion, ErrorCode, Message } from 'wasm-chord';

declare const chord: WasmChord;

/** What a program that was written for OpenAI's client asks with, and what it does with the answers. */
export async function openAisTypes(
  params: ChatCompletionCreateParamsNonStreaming,
  streaming: ChatCompletionCreateParamsStreaming,
  either: ChatCompletionCreateParams,
  text: CompletionCreateParamsNonStreaming,
  anyText: CompletionCreateParams,
  vectors: EmbeddingCreateParams,
  talk: ChatCompletionMessageParam[],
): Promise<OpenAI.Chat.Completions.ChatCompletionMessage> {
  const answer: OpenAIAnswer = await chord.chat.completions.create(params);
  for await (const chunk of await chord.chat.completions.create(streaming)) {
    const same: ChatCompletionChunk = chunk;
    console.log(same.choices[0]?.delta.tool_calls?.[0]?.function?.arguments, same.usage?.prompt_tokens_details?.cached_tokens);
  }
  const open: ChatCompletion | AsyncIterable<ChatChunk> = await chord.chat.completions.create(either);
  const continued: OpenAIText = await chord.completions.create(text);
  console.log(open, continued.choices[0]?.text, await chord.completions.create(anyText));
  const list: CreateEmbeddingResponse = await chord.embeddings.create({ input: ['a', 'b'], model: 'any' });
  const asked = await chord.embeddings.create(vectors);
  console.log(list.data[0]?.embedding[0], asked.data.length);
  talk.push(answer.choices[0]!.message);
  await chord.chat.completions.create({ messages: talk, max_completion_tokens: 5, temperature: null, stop: null });
  return answer.choices[0]!.message;
}

/** What our own types promise. */
export async function ownTypes(stream: boolean, signal: AbortSignal): Promise<void> {
  const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }], name: 'Ada' }];
  const whole: ChatCompletion = await chord.chat.completions.create({ messages, signal });
  const pieces: AsyncIterable<ChatChunk> = await chord.chat.completions.create({ messages, stream: true });
  const answer = await chord.chat.completions.create({ messages, stream });
  const mine: string | null = 'choices' in answer ? answer.choices[0].message.content : null;
  await chord.chat.completions.create({ messages: [...messages, whole.choices[0].message, { role: 'tool', content: 'wet', tool_call_id: 'x' }] });
  const params: ChatParams = { messages, tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'none', max_tokens: Infinity };
  const text: Completion = await chord.completions.create({ prompt: new Uint32Array([1, 2]), stream: false });
  const reason: 'stop' | 'length' = text.choices[0].finish_reason;
  const numbers: number[] = (await chord.embeddings.create({ input: 'a' })).data[0]!.embedding;
  const typed: Float32Array = (await chord.embeddings.create({ input: 'a', encoding_format: 'float32array' })).data[0]!.embedding;
  const bytes: string = (await chord.embeddings.create({ input: 'a', encoding_format: 'base64' })).data[0]!.embedding;
  const each: number[][] = (await chord.embeddings.create({ input: 'a', pooling: 'none' })).data[0]!.embedding;
  const error = new WasmChordError('cancelled', 'stopped', { cause: signal.reason });
  const code: ErrorCode = error.code;
  for (const source of [new ArrayBuffer(8), new Uint8Array(8), new Response(), 'a.gguf', new URL('https://example.org/a.gguf'), new Blob(), { repo: 'a/b', file: 'c.gguf' }]) {
    await WasmChord.load(source, { headers: new Headers(), threads: 1, signal });
  }
  console.log(pieces, mine, params, reason, numbers, typed, bytes, each, code);
}

export async function mistakes(): Promise<void> {
  // @ts-expect-error a model is made by load
  new WasmChord();
  // @ts-expect-error it is max_tokens
  await chord.chat.completions.create({ messages: [], maxTokens: 5 });
  // @ts-expect-error messages are missing
  await chord.chat.completions.create({});
  // @ts-expect-error there is no such code
  new WasmChordError('unheard_of', 'x');
  // @ts-expect-error it is contextLength
  await WasmChord.load('a.gguf', { context: 5 });
}
