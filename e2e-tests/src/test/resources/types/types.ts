import type OpenAI from 'openai';
import type { ChatCompletion as OpenAIAnswer, ChatCompletionChunk, ChatCompletionCreateParams, ChatCompletionCreateParamsNonStreaming, ChatCompletionCreateParamsStreaming, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import type { Completion as OpenAIText, CompletionCreateParams, CompletionCreateParamsNonStreaming } from 'openai/resources/completions';
import type { CreateEmbeddingResponse, EmbeddingCreateParams } from 'openai/resources/embeddings';
import { WasmChord, WasmChordError } from 'wasm-chord';
import type {
  AnswerMessage, ChatChoice, ChatChunk, ChatCompletion, ChatFinishReason, ChatLogprobs, ChatParams, ClassificationAnswer, ClassificationParams, Completion, CompletionChunk, CompletionParams, ContentPart, Delta, EmbeddingList,
  EmbeddingOf, EmbeddingParams, ErrorCode, FinishReason, HubFile, Inspection, InspectOptions, LayerStatistics, LoadOptions, MemoryUse, Message, MessageFields,
  ModelCache, ModelFile, ModelInfo, ModelSource, Plan, Pooling, Progress, ProgressPhase, RerankAnswer, RerankParams, RetryOptions, RunCall, RunnableTool,
  RunToolsParams, SamplingParams, StoredModel, TextChoice, TextLogprobs, Timings, TokenLogprob, Tool, ToolCall, ToolCallDelta, ToolContext, ToolRun, Usage,
} from 'wasm-chord';

import type { AdapterChoice, AdapterOptions, CatalogueModel, ChatSession, Journal, Journals, KernelTime, LoadedAdapter, PromptParams, ResumeParams, SessionOptions, UsageChunk } from 'wasm-chord';

declare const chord: WasmChord;

/** Sessions, and all that they do. */
export async function sessions(signal: AbortSignal): Promise<Blob> {
  const options: SessionOptions = {
    messages: [{ role: 'system', content: 'Hi' }], contextLength: 512, temperature: 0, overflow: (messages, error) => (error.code === 'context_overflow' ? messages.slice(2) : null),
  };
  const session: ChatSession = await chord.createSession(options);
  const params: PromptParams = { signal, max_tokens: 3 };
  const answer: ChatCompletion = await session.prompt('Hi', { ...params, stream: false });
  for await (const chunk of await session.prompt({ role: 'user', content: 'Hi' }, { ...params, stream: true })) {
    const piece: ChatChunk = chunk;
    console.log(piece.id, answer.id);
  }
  session.append([{ role: 'tool', content: '1', tool_call_id: 'a' }]);
  session.rewind(1);
  const other: ChatSession = await chord.restoreSession(await (await session.clone()).save(), { overflow: 'slide' });
  const { tokens, contextLength, bytes } = await other.usage();
  console.log(tokens, contextLength, bytes, other.messages.length);
  const going: ResumeParams = { signal };
  const rest: ChatCompletion | AsyncIterable<ChatChunk> = await session.resume('last', going);
  const again: ChatCompletion = await other.resume('last', { stream: false });
  const kept: Journals = WasmChord.journals;
  const journals: Journal[] = await kept.list();
  await chord.completions.create({ prompt: 'a', journal: journals[0]?.name ?? 'b' });
  console.log(rest, again.id, await kept.delete('last'), await chord.resume('last', { stream: true }));
  await other.dispose();
  return session.save();
}

/** Adapters, chosen for all requests and for one. */
export async function adapters(signal: AbortSignal): Promise<number> {
  const options: AdapterOptions = { name: 'style', signal, onProgress: ({ phase }) => console.log(phase), headers: { a: 'b' }, cache: false, sha256: 'ab' };
  const { name, rank, bytes }: LoadedAdapter = await chord.loadAdapter('style.gguf', options);
  const choice: AdapterChoice = { name, scale: 0.5 };
  await chord.setAdapters([choice]);
  await chord.completions.create({ prompt: 'a', lora: [choice] });
  await chord.unloadAdapter(name);
  return rank + bytes;
}

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
  const text: Completion = await chord.completions.create({ prompt: ['a', [1, 2], new Uint32Array([1, 2])], stream: false });
  const reason: 'stop' | 'length' = text.choices[0].finish_reason;
  const all: ChatChoice[] = (await chord.chat.completions.create({ messages, n: 2 })).choices;
  const others: TextChoice[] = (await chord.completions.create({ prompt: 'a', n: 2 })).choices;
  const numbers: number[] = (await chord.embeddings.create({ input: 'a' })).data[0]!.embedding;
  const typed: Float32Array = (await chord.embeddings.create({ input: 'a', encoding_format: 'float32array' })).data[0]!.embedding;
  const bytes: string = (await chord.embeddings.create({ input: 'a', encoding_format: 'base64' })).data[0]!.embedding;
  const each: number[][] = (await chord.embeddings.create({ input: 'a', pooling: 'none' })).data[0]!.embedding;
  const error = new WasmChordError('cancelled', 'stopped', { cause: signal.reason });
  const code: ErrorCode = error.code;
  for (const source of [new ArrayBuffer(8), new Uint8Array(8), new Response(), 'a.gguf', new URL('https://example.org/a.gguf'), new Blob(), { repo: 'a/b', file: 'c.gguf' }]) {
    await WasmChord.load(source, { headers: new Headers(), threads: 1, signal });
  }
  console.log(pieces, mine, params, all[1]?.index, others[1]?.text, reason, numbers, typed, bytes, each, code);
}

/** A load with every option, and what is known of a model. */
export async function loading(handle: FileSystemFileHandle, signal: AbortSignal): Promise<void> {
  const retry: Required<RetryOptions> = { attempts: 1, delayMs: 0, longestMs: 0, stallMs: 1000, offlineMs: 0 };
  const hub: Required<HubFile> = { repo: 'a/b', file: 'c.gguf', revision: 'main', token: 't', endpoint: 'https://example.org' };
  const file: ModelFile = handle;
  const sources: ModelSource[] = [file, hub, [hub, 'b.gguf'] as const];
  const phases: ProgressPhase[] = [];
  const onProgress = ({ phase, loaded, total, bytesPerSecond, secondsLeft, message, info, needed }: Progress): void => {
    phases.push(phase);
    console.log(loaded / (total ?? 1), bytesPerSecond, secondsLeft, message?.length, info?.plan.fits, needed);
  };
  const look: Required<InspectOptions> = {
    onProgress, signal, headers: { a: 'b' }, retry, contextLength: 5, kvCache: 'f16', checkpoints: 5, checkpointSpacing: 5, normalization: 'none', memoryBudget: 5, adapterMemory: 5, bankBytes: 5, threads: 1,
    parallel: 2, draft: { source: 'small.gguf', sha256: 'ab' }, mtp: false, assets: (name) => `/chord/${name}`,
  };
  const options: LoadOptions = {
    ...look, cache: false, sha256: ['ab'], prefetch: 1, layerPolicy: 'lru', simd: 'none', assets: { base: '/chord' },
    onCacheFull: ({ needed, available, models }) => models.every(({ lastUsed }: StoredModel) => lastUsed > 0) && needed > available,
  };
  for (const source of sources) {
    const header: Inspection = await WasmChord.inspect(source, look);
    const { mode, totalBytes, grantedBytes }: Plan = header.plan;
    const pooling: Pooling = header.pooling;
    console.log(mode, totalBytes < grantedBytes, pooling, header.tensorTypes['Q4_K'], header.chatTemplate?.length);
    await using model = await WasmChord.load(source, options);
    const { backend, cache, advice, threads }: ModelInfo = model.modelInfo();
    const { layers, linearBytes }: MemoryUse = await model.memory();
    const times: Pick<LayerStatistics, 'stallMs' | 'readMs'> | undefined = layers;
    const kernels: KernelTime[] = await model.profile();
    console.log(kernels.map(({ kernel, workMicros }) => `${kernel} ${workMicros}`), backend, cache.stored, advice?.length, threads, linearBytes, times?.stallMs);
  }
  const [offered]: readonly CatalogueModel[] = WasmChord.models.filter(({ purpose, bytes, license }) => purpose === 'chat' && bytes < 5e8 && license === 'apache-2.0');
  const own: CatalogueModel = { id: 'own', name: 'Own', purpose: 'embedding', about: 'English.', source: { repo: 'a/b', file: 'c.gguf' }, bytes: 5, sha256: 'ab', license: 'mit' };
  WasmChord.models = [...WasmChord.models, own];
  await WasmChord.load((offered ?? own).source, { sha256: own.sha256 });
  const cache: ModelCache = WasmChord.cache;
  const [stored]: StoredModel[] = await cache.list();
  const { quota, usage, persisted } = await cache.quota();
  console.log(stored?.verified, quota, usage, persisted, await cache.has(hub), await cache.delete('a.gguf'), await cache.size(), phases);
  await cache.clear();
}

/** Requests with every option, and all that answers hold. */
export async function asking(onProgress: NonNullable<SamplingParams['onProgress']>): Promise<void> {
  const sampling: SamplingParams = {
    max_tokens: 5, temperature: 0.5, top_p: 1, top_k: 0, min_p: 0, repetition_penalty: 1, frequency_penalty: 0, presence_penalty: 0, seed: 1, stop: ['a'],
    stop_token_ids: [1], include_stop_str_in_output: true, logprobs_after_samplers: false, logitsProcessor: (logits, ids) => { logits[ids[0]!] = -Infinity; },
    ignore_eos: false, stream_options: { include_usage: true }, onProgress,
    speculation: { kind: 'lookup', ngram: 4, tokens: 8 }, prediction: { type: 'content', content: [{ type: 'text', text: 'a' }] },
  };
  const part: ContentPart = { type: 'text', text: 'Hi' };
  const plain: MessageFields = { role: 'user', content: [part] };
  const tool: Tool = { type: 'function', function: { name: 'f', parameters: {} } };
  const chat: ChatParams = {
    ...sampling, messages: [plain], tools: [tool], documents: [{ text: 'a' }], template: 'chatml', chat_template_kwargs: { enable_thinking: false },
    logprobs: true, top_logprobs: 2, reasoning_format: 'none', response_format: { type: 'text' }, parallel_tool_calls: true,
  };
  for await (const chunk of await chord.chat.completions.create({ ...chat, stream: true })) {
    const delta: Delta = chunk.choices[0].delta;
    const why: ChatFinishReason | null = chunk.choices[0].finish_reason;
    console.log(delta.content, delta.reasoning_content, delta.tool_calls?.[0]?.index, why, chunk.usage?.total_tokens);
  }
  for await (const chunk of await chord.chat.completions.create({ messages: [plain], stream: true, stream_options: { include_usage: true } })) {
    const delta: Delta | undefined = chunk.choices[0]?.delta;
    const last: UsageChunk | null = 'choices' in chunk && chunk.choices.length === 0 && chunk.usage ? chunk as UsageChunk : null;
    console.log(delta?.content, last?.usage.total_tokens);
  }
  const { choices, usage, timings } = await chord.chat.completions.create({ ...chat, stream: false });
  const message: AnswerMessage = choices[0].message;
  const told: ChatLogprobs | null = choices[0].logprobs;
  const likely: TokenLogprob | undefined = told?.content[0]?.top_logprobs[0];
  console.log(likely?.bytes);
  const calls: ToolCall[] = message.tool_calls ?? [];
  const counted: Usage = usage;
  const taken: Timings = timings;
  console.log(calls[0]?.function.arguments, message.reasoning_content, counted.prompt_tokens_details.cached_tokens, taken.tokens_per_second,
    counted.completion_tokens_details.accepted_prediction_tokens);
  const begun: ToolCallDelta = { index: 0, function: { arguments: '{' } };
  const heard = (call: RunCall): void => console.log(call.name, call.arguments.place, begun);
  const execute = async ({ place }: { place: string }, { signal, round }: ToolContext): Promise<unknown> => (signal.aborted ? place : round);
  const runnable: RunnableTool = { ...tool, execute };
  const running: RunToolsParams = {
    messages: [plain], tools: [runnable], tool_choice: 'required', maxRounds: 2, toolErrors: 'throw', onToolCall: heard,
    onToolResult: ({ content, error }) => console.log(content, error), onChunk: ({ id }) => console.log(id),
  };
  const run: ToolRun = await chord.chat.completions.runTools(running);
  console.log(run.content, run.rounds, run.messages.length, run.completion.usage);
  const text: CompletionParams = { ...sampling, prompt: 'Once', logprobs: 3, echo: true };
  for await (const chunk of await chord.completions.create({ ...text, stream: true })) {
    const piece: CompletionChunk = chunk;
    const why: FinishReason | null = piece.choices[0].finish_reason;
    const likelihoods: TextLogprobs | null = piece.choices[0].logprobs;
    console.log(piece.choices[0].text, why, likelihoods?.token_logprobs[0], piece.usage?.total_tokens);
  }
  const params = { input: ['a'], pooling: 'none', normalize: false, truncate: true, dimensions: 5, encoding_format: 'float32array' } as const satisfies EmbeddingParams;
  const vector: EmbeddingOf<typeof params> = [new Float32Array(5)];
  const list: EmbeddingList<Float32Array[]> = await chord.embeddings.create(params);
  const asks = { query: 'a', documents: ['b', { text: 'c' }], top_n: 1, return_documents: true, raw_scores: false, truncate: true } satisfies RerankParams;
  const ranked: RerankAnswer = await chord.rerank(asks);
  const classes = { input: ['a'], top_n: 2, function: 'sigmoid', truncate: null } satisfies ClassificationParams;
  const labelled: ClassificationAnswer = await chord.classify(classes);
  console.log(ranked.results[0]?.document?.text, ranked.results[0]?.relevance_score, labelled.data[0]?.labels[0]?.label, chord.modelInfo().classifier?.ranks);
  const ids: number[] = await chord.tokenize('a', { addSpecial: false, parseSpecial: true });
  const said: string = await chord.detokenize(new Uint32Array(ids), { special: true });
  const { rows, columns, data, greedy } = await chord.logits(ids, { positions: 'all', greedy: 1 });
  console.log(vector.length, list.usage.total_tokens, said, rows * columns === data.length, greedy);
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
