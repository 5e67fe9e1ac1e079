import { cancelled } from '../errors.js';
import { callback, choice, isObject, read, refuse, refuseCall, signal, whole } from './options.js';

/*
 * The runner: asks, runs the tools that the model calls, tells it what they say, and so on until it answers.
 */

const CALL = 'chat.completions.runTools';
const ROUNDS = 8;
const MOST_ROUNDS = 1000;

const OWN = { maxRounds: whole(1, MOST_ROUNDS), toolErrors: choice('tell', 'throw'), onToolCall: callback, onToolResult: callback, onChunk: callback, signal };

/** The options that are the runner's, and those of each request. */
function split(params) {
  if (!isObject(params)) {
    refuseCall(CALL, params);
  }
  const { tools, stream, ...rest } = params;
  if (stream) {
    refuse('stream is not for runTools; give onChunk, which is told each chunk');
  }
  if (!Array.isArray(tools) || tools.length === 0) {
    refuse(`${CALL} needs tools: a list of { type: 'function', function: { name }, execute }`);
  }
  if (!Array.isArray(rest.messages)) {
    refuse(`messages is missing; ${CALL} needs messages`);
  }
  const own = {};
  const request = {};
  for (const [option, value] of Object.entries(rest)) {
    (Object.hasOwn(OWN, option) ? own : request)[option] = value;
  }
  const functions = new Map();
  const offered = tools.map((tool, i) => {
    if (!isObject(tool)) {
      refuse(`tools[${i}] is an object`);
    }
    const { execute, ...described } = tool;
    if (execute !== undefined) {
      functions.set((described.function ?? described).name, callback(`tools[${i}].execute`, execute));
    }
    return described;
  });
  return { ...read(CALL, own, OWN), request: { ...request, tools: offered }, functions };
}

/** A whole answer of its chunks. */
class Assembled {
  #message = { role: 'assistant', content: '', refusal: null };
  #last = null;

  add(chunk) {
    const [{ delta }] = chunk.choices;
    this.#last = chunk;
    this.#message.content += delta.content ?? '';
    if (delta.reasoning_content) {
      this.#message.reasoning_content = (this.#message.reasoning_content ?? '') + delta.reasoning_content;
    }
    for (const { index, ...call } of delta.tool_calls ?? []) {
      this.#message.tool_calls ??= [];
      const known = this.#message.tool_calls[index];
      if (known) {
        known.function.arguments += call.function.arguments;
      } else {
        this.#message.tool_calls[index] = { ...call, function: { ...call.function } };
      }
    }
  }

  completion() {
    const { choices: [{ delta, ...choice }], ...rest } = this.#last;
    const message = this.#message;
    const content = message.content === '' && message.tool_calls ? null : message.content;
    return { ...rest, object: 'chat.completion', choices: [{ ...choice, message: { ...message, content } }] };
  }
}

/** One answer, in one piece; its chunks are told on the way. */
async function ask(create, request, onChunk) {
  if (!onChunk) {
    return create(request);
  }
  const all = new Assembled();
  for await (const chunk of await create({ ...request, stream: true, stream_options: null })) {
    all.add(chunk);
    onChunk(chunk);
  }
  return all.completion();
}

function text(result) {
  if (typeof result === 'string') {
    return result;
  }
  return result === undefined ? '' : JSON.stringify(result);
}

/** What `work` comes to, unless the signal aborts before. */
async function unlessAborted(work, stop) {
  let over;
  const aborts = new Promise((_, reject) => {
    over = () => reject(cancelled(stop.reason));
    stop.addEventListener('abort', over, { once: true });
  });
  try {
    return await Promise.race([work(), aborts]);
  } finally {
    stop.removeEventListener('abort', over);
  }
}

/** @param {(params: object) => Promise<any>} create `chat.completions.create` */
export async function runTools(create, params) {
  const { request, functions, maxRounds = ROUNDS, toolErrors = 'tell', onToolCall, onToolResult, onChunk, signal: given } = split(params);
  const stop = given ?? new AbortController().signal;
  const messages = [...request.messages];
  let choice = request.tool_choice;
  const run = async ({ id, function: { name, arguments: json } }, round) => {
    if (stop.aborted) {
      throw cancelled(stop.reason);
    }
    const call = { id, name, arguments: JSON.parse(json), round };
    onToolCall?.(call);
    let error = null;
    let content;
    try {
      content = text(await unlessAborted(async () => functions.get(name)(call.arguments, { id, name, round, signal: stop }), stop));
    } catch (thrown) {
      if (toolErrors === 'throw' || stop.aborted) {
        throw thrown;
      }
      error = thrown;
      content = `Error: ${thrown?.message ?? thrown}`;
    }
    onToolResult?.({ ...call, content, error });
    messages.push({ role: 'tool', tool_call_id: id, name, content });
  };
  for (let round = 1; ; round++) {
    const last = round === maxRounds && round > 1;
    const asked = { ...request, messages, tool_choice: last ? 'none' : choice, ...(given ? { signal: given } : {}) };
    const completion = await ask(create, asked, onChunk);
    const [{ message, finish_reason: reason }] = completion.choices;
    messages.push(message);
    const calls = reason === 'tool_calls' ? message.tool_calls : [];
    if (calls.length === 0 || round >= maxRounds || !calls.every((call) => functions.has(call.function.name))) {
      return { completion, content: message.content, messages, rounds: round };
    }
    for (const call of calls) {
      await run(call, round);
    }
    choice = isObject(choice) || choice === 'required' ? 'auto' : choice; // the call that was required was made
  }
}
