import { tokensOf } from './token-view.js';

/** How an answer has ended, for the reader; nothing where it has ended by itself. */
const ENDS = { length: 'The limit of tokens was reached.', tool_calls: 'The model called a tool that is not here.' };

/**
 * Asks a model and shows its answer as it comes.
 *
 * @param {import('../../wasm-chord/wasm-chord.js').WasmChord} model
 * @param {{ prompt?: string, messages?: object[], tools: object[], options: object }} request a text to go on with, or a conversation
 * @param {import('./live-answer.js').LiveAnswer} live
 * @param {{ token: (count: number) => void }} meter is told of each piece
 * @returns {Promise<{ note: string, tokens: object[] | null, steps: object[], timings: object, usage: object }>}
 */
export async function askModel(model, { prompt, messages, tools, options }, live, meter) {
  const tokens = [];
  let last = null;
  const take = (chunk) => {
    const [{ delta, text, logprobs, finish_reason: finish }] = chunk.choices;
    const named = tokensOf(logprobs);
    tokens.push(...named);
    if (delta?.reasoning_content) {
      live.think(delta.reasoning_content);
    }
    if (delta?.content || text) {
      live.append(delta?.content || text);
    }
    if (delta?.reasoning_content || delta?.content || text || delta?.tool_calls) {
      meter.token(Math.max(1, named.length));
    }
    if (finish) {
      last = { note: ENDS[finish] ?? '', timings: chunk.timings, usage: chunk.usage };
    }
  };
  let steps = [];
  if (prompt !== undefined) {
    const { logprobs, top_logprobs, ...rest } = options;
    for await (const chunk of await model.completions.create({ prompt, stream: true, ...rest })) {
      take(chunk);
    }
  } else if (tools.length > 0) {
    let round = 0;
    const run = await model.chat.completions.runTools({
      messages, tools, ...options,
      onChunk: take,
      onToolCall: (call) => {
        if (call.round !== round) {
          round = call.round;
          tokens.length = 0;
          live.restart();
        }
        live.call(call);
      },
      onToolResult: (call) => live.result(call),
    });
    steps = run.messages.slice(messages.length, -1);
  } else {
    for await (const chunk of await model.chat.completions.create({ messages, stream: true, ...options })) {
      take(chunk);
    }
  }
  return { ...last, tokens: tokens.length > 0 ? tokens : null, steps };
}
