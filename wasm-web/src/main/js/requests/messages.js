import { kind, name, refuse, shown, toJson } from './options.js';

const isMessage = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const message = kind('an object with role and content', isMessage);

/** Parts of a message's content that are text, as one. */
function joined(where, content) {
  return Array.from(content, (part, i) => {
    if (part?.type === 'text' && typeof part.text === 'string') {
      return part.text;
    }
    return typeof part?.type === 'string' && part.type !== 'text'
      ? refuse(`${where}[${i}] is of type ${shown(part.type)}, and a model is given text alone here; leave the part out, or say in a text what it shows`)
      : refuse(`${where}[${i}] is { type: 'text', text: '...' }, not ${shown(part)}`);
  }).join('');
}

/** A message's text. A turn of the assistant's may be without any, where it calls tools or has only thought. */
function textOf(where, role, content, extra) {
  if (typeof content === 'string') {
    return content;
  }
  if (Array.isArray(content)) {
    return joined(where, content);
  }
  if (content === null || content === undefined) {
    const silent = role === 'assistant' && (extra.tool_calls || extra.function_call || extra.reasoning_content);
    return silent ? null : refuse(`${where} is missing; only a message of the assistant's with tool_calls may be without`);
  }
  return refuse(`${where} is a text or a list of parts { type: 'text', text: '...' }, not ${shown(content)}`);
}

/** What the worker gets of a message: `extra` is the JSON of its further fields, in which one that is null is not there. */
function read(where, given) {
  const { role, content, ...rest } = message(where, given);
  const extra = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null && value !== undefined));
  const words = textOf(`${where}.content`, name(`${where}.role`, role), content, extra);
  return { role, content: words ?? '', extra: toJson(where, words === null ? { ...extra, content: null } : extra) };
}

/** A conversation. */
export function messages(option, given) {
  return Array.isArray(given) && given.length > 0
    ? Array.from(given, (one, i) => read(`${option}[${i}]`, one))
    : refuse(`${option} is a list of one message or more, not ${shown(given)}`);
}
