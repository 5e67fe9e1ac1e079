import { WasmChordError } from '../errors.js';

/*
 * Options are read with a table: for each name a kind, which is a function of the option's name and the value that was given. It returns
 * what is meant, or refuses the request.
 */

const SHOWN = 60; // characters of a value in a message
const LAST_ID = 0x7fffffff;

/**
 * Refuses a request.
 *
 * @returns {never}
 */
export function refuse(message) {
  throw new WasmChordError('invalid_request', message);
}

function cut(text) {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Any value as a message shows it. */
export function shown(value) {
  if (typeof value === 'string') {
    return JSON.stringify(cut(value));
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  }
  if (typeof value === 'function') {
    return 'a function';
  }
  if (typeof value !== 'object' || value === null) {
    return cut(String(value));
  }
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  const names = kind === 'Object' ? Object.keys(value).slice(0, 5).join(', ') : '';
  return names ? `an object with ${cut(names)}` : `an object of type ${kind}`;
}

/** Values that `test` knows; `what` describes them. */
export function kind(what, test) {
  return (name, value) => (test(value) ? value : refuse(`${name} is ${what}, not ${shown(value)}`));
}

export const flag = kind('true or false', (value) => typeof value === 'boolean');
export const text = kind('a text', (value) => typeof value === 'string');
export const callback = kind('a function', (value) => typeof value === 'function');

export const signal = kind('an AbortSignal, as a controller has one in its field signal', (value) =>
    typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function' && typeof value.removeEventListener === 'function');

/** Ids of tokens, in a list or an array of integers. */
export function ids(option, value) {
  const list = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)) ? Array.from(value)
    : refuse(`${option} is a list of token ids, not ${shown(value)}`);
  const wrong = list.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id <= LAST_ID));
  return wrong < 0 ? list : refuse(`${option}[${wrong}] is a token id, not ${shown(list[wrong])}`);
}

export function number(least, most) {
  return kind(`a number from ${least} to ${most}`, (value) => Number.isFinite(value) && value >= least && value <= most);
}

export function whole(least, most) {
  return kind(`a whole number from ${least} to ${most}`, (value) => Number.isSafeInteger(value) && value >= least && value <= most);
}

export function choice(...names) {
  const quoted = names.map((one) => `'${one}'`);
  return kind([quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(' or '), (value) => names.includes(value));
}

/** A list, or one element of it alone; `each` is the kind of its elements. */
export function oneOrList(each) {
  return (option, value) => (Array.isArray(value) ? Array.from(value, (one, i) => each(`${option}[${i}]`, one)) : [each(option, value)]);
}

/** An object with options of its own. */
export function fields(kinds) {
  return (option, value) => read(option, value, kinds, { within: `${option}.` });
}

/** What a call says that was given no options. */
export function refuseCall(where, given) {
  refuse(`${where} takes an object of options, not ${shown(given)}`);
}

/**
 * A value as JSON. What JSON does not know, but a number's kind or a message may, is sent so that the engine can: infinity as a number that
 * is read as it, anything else as an object that says how to show it, which no option takes.
 */
export function toJson(option, value) {
  if (value === Infinity || value === -Infinity) {
    return value > 0 ? '1e999' : '-1e999';
  }
  if (Number.isNaN(value) || ['bigint', 'function', 'symbol'].includes(typeof value)) {
    return JSON.stringify({ $unwritable: shown(value) });
  }
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    return refuse(`${option} cannot be written as JSON: ${error.message.split('\n')[0]}`);
  }
}

/**
 * The options that were given, checked. Null is as if nothing was given; an option without a kind is refused.
 *
 * @param {string} where the call, for messages
 * @param {unknown} given
 * @param {Record<string, (name: string, value: unknown) => unknown>} kinds
 * @param {{needed?: string[], within?: string}} [more] options that must be there, and what stands before their names in messages
 */
export function read(where, given, kinds, { needed = [], within = '' } = {}) {
  if (!isObject(given)) {
    refuseCall(where, given);
  }
  const options = {};
  for (const [option, value] of Object.entries(given)) {
    if (value !== undefined && value !== null) {
      options[option] = (Object.hasOwn(kinds, option) ? kinds[option] : unknown(where, option, kinds))(within + option, value);
    }
  }
  for (const option of needed) {
    if (options[option] === undefined) {
      refuse(`${option} is missing; ${where} needs ${needed.join(' and ')}`);
    }
  }
  return options;
}

function unknown(where, option, kinds) {
  const known = Object.keys(kinds);
  const near = nearest(option, known);
  refuse(`${where} has no option ${shown(option)}; ${near ? `is ${near} meant?` : `it has ${known.join(', ')}`}`);
}

/** The known name that is spelled most alike, or begins alike, or null. */
function nearest(option, known) {
  const plain = (one) => one.slice(0, SHOWN).toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const given = plain(option);
  const steps = (one) => (given.length > 2 && one.startsWith(given) ? 1 : distance(given, one));
  const [best] = known.map((one) => ({ one, steps: steps(plain(one)) })).sort((a, b) => a.steps - b.steps);
  return best.steps <= Math.ceil(given.length / 3) ? best.one : null;
}

/** How many letters must be put in, left out or replaced. */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
