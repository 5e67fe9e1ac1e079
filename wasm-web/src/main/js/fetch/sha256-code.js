// The inner loop of SHA-256 (FIPS 180-4) as a WebAssembly module, written here byte by byte: `compress(from, end)` takes whole blocks of its
// memory into the state at 0. The words of a block are extended four at a time, sixteen rounds ahead of their use; rounds are straight code.

const STATE = 0;
const WORDS = 64; // each with its round's constant added
/** Where blocks may lie; a module's memory has this much and `ROOM` bytes. */
export const INPUT = 1024;
export const ROOM = 1024 * 1024;

const PAGE = 65536;
const I32 = 0x7f;
const V128 = 0x7b;

const op = (...bytes) => bytes.flat(2);

function unsigned(value) {
  const bytes = [];
  do {
    bytes.push(value & 0x7f | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

function signed(value) {
  const bytes = [];
  for (;;) {
    const low = value & 0x7f;
    value >>= 7;
    if (value === (low & 0x40 ? -1 : 0)) {
      return [...bytes, low];
    }
    bytes.push(low | 0x80);
  }
}

const simd = (code, ...immediates) => op(0xfd, unsigned(code), immediates);
const get = (local) => op(0x20, local);
const set = (local, value) => op(value, 0x21, local);
const tee = (local, value) => op(value, 0x22, local);
const number = (value) => op(0x41, signed(value));
const binary = (code) => (a, b) => op(a, b, code);
const add = binary(0x6a);
const and = binary(0x71);
const xor = binary(0x73);
const rotated = (value, bits) => op(value, number(bits), 0x78);
const load = (address, offset) => op(address, 0x28, 2, unsigned(offset));
const store = (address, offset, value) => op(address, value, 0x36, 2, unsigned(offset));
const vectorLoad = (address, offset) => op(address, simd(0, 0, unsigned(offset)));
const vectorStore = (address, offset, value) => op(address, value, simd(11, 0, unsigned(offset)));
const shuffled = (a, b, lanes) => op(a, b, simd(13, lanes));
const vector = (words) => simd(12, words.flatMap((word) => [word, word >>> 8, word >>> 16, word >>> 24].map((byte) => byte & 0xff)));
const vectorAdd = (a, b) => op(a, b, simd(174));
const vectorXor = (a, b) => op(a, b, simd(81));
const vectorOr = (a, b) => op(a, b, simd(80));
const left = (value, bits) => op(value, number(bits), simd(171));
const right = (value, bits) => op(value, number(bits), simd(173));
const words = (...lanes) => lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));

// Locals. A block's state is in eight of them, whose names move on with each round.
const FROM = 0;
const END = 1;
const BOTH = 10; // a ^ b of the round before
const TERM = 11;
const SUM = 12;
const FOUR = 13; // vectors of four words each
const NEW = 17;
const MORE = 18;

function turned(value, bits) {
  return vectorOr(right(value, bits), left(value, 32 - bits));
}

/** The functions of the extension, of what is in `MORE`. */
const small0 = () => vectorXor(vectorXor(turned(get(MORE), 7), turned(get(MORE), 18)), right(get(MORE), 3));
const small1 = () => vectorXor(vectorXor(turned(get(MORE), 17), turned(get(MORE), 19)), right(get(MORE), 10));

/** The next four words, in place of the oldest four. */
function extension(group) {
  const x = (i) => FOUR + (group + i) % 4;
  const none = vector([0, 0, 0, 0]);
  return op(
      set(MORE, shuffled(get(x(0)), get(x(1)), words(1, 2, 3, 4))),
      set(NEW, vectorAdd(vectorAdd(get(x(0)), small0()), shuffled(get(x(2)), get(x(3)), words(1, 2, 3, 4)))),
      set(MORE, shuffled(get(x(3)), none, words(2, 3, 4, 4))),
      set(NEW, vectorAdd(get(NEW), small1())),
      set(MORE, shuffled(get(NEW), none, words(4, 4, 0, 1))),
      set(x(0), vectorAdd(get(NEW), small1())));
}

/**
 * One round, which makes `h` the next `a`. Sums of rotations are nested, which takes fewer registers.
 *
 * @param {number} index
 * @param {number[]} state
 */
function round(index, [a, b, c, d, e, f, g, h]) {
  const big1 = rotated(xor(rotated(xor(rotated(get(e), 14), get(e)), 5), get(e)), 6);
  const big0 = rotated(xor(rotated(xor(rotated(get(a), 9), get(a)), 11), get(a)), 2);
  const choice = xor(and(xor(get(f), get(g)), get(e)), get(g));
  return op(
      set(SUM, add(add(add(get(h), load(number(0), WORDS + 4 * index)), choice), big1)),
      set(d, add(get(d), get(SUM))),
      set(TERM, xor(get(a), get(b))),
      set(h, add(add(get(SUM), xor(and(get(TERM), get(BOTH)), get(b))), big0)),
      set(BOTH, get(TERM)));
}

function body(constants) {
  const swapped = [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12];
  const state = [2, 3, 4, 5, 6, 7, 8, 9];
  const code = [];
  state.forEach((local, i) => code.push(...set(local, load(number(STATE), 4 * i))));
  code.push(0x03, 0x40); // loop
  for (let i = 0; i < 4; i++) {
    const four = vectorLoad(get(FROM), 16 * i);
    code.push(...set(FOUR + i, four), ...set(FOUR + i, shuffled(get(FOUR + i), get(FOUR + i), swapped)));
  }
  const keep = (group) => vectorStore(number(0), WORDS + 16 * group, vectorAdd(get(FOUR + group % 4), vector(constants.slice(4 * group, 4 * group + 4))));
  for (let group = 0; group < 4; group++) {
    code.push(...keep(group));
  }
  code.push(...set(BOTH, xor(get(state[1]), get(state[2]))));
  const names = [...state];
  for (let group = 0; group < 16; group++) {
    if (group < 12) {
      code.push(...extension(group), ...keep(group + 4));
    }
    for (let i = 0; i < 4; i++) {
      code.push(...round(4 * group + i, names));
      names.unshift(names.pop());
    }
  }
  state.forEach((local, i) => {
    code.push(...set(local, add(get(local), load(number(STATE), 4 * i))), ...store(number(STATE), 4 * i, get(local)));
  });
  code.push(...tee(FROM, add(get(FROM), number(64))), ...get(END), 0x49, 0x0d, 0, 0x0b); // while from < end
  return op(unsigned(2), unsigned(11), I32, unsigned(6), V128, code, 0x0b);
}

/** The module, whose constants are K of the standard. */
export function sha256Module(constants) {
  const section = (id, content) => op(id, unsigned(content.length), content);
  const name = (text) => op(unsigned(text.length), [...text].map((c) => c.charCodeAt(0)));
  const code = body([...constants]);
  return new Uint8Array(op(
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, op(1, 0x60, 2, I32, I32, 0)),
      section(3, op(1, 0)),
      section(5, op(1, 0, unsigned((INPUT + ROOM + PAGE - 1) / PAGE | 0))),
      section(7, op(2, name('memory'), 2, 0, name('compress'), 0, 0)),
      section(10, op(1, unsigned(code.length), code))));
}
