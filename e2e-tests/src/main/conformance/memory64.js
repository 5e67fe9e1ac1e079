import { KernelThreads } from './engine/threads.js';

const COMMAND_WORDS = 32; // CommandLayout: the kernel in word 0, the next unit in word 1
const LIST_END = -2;
const THREADS = 512; // ControlLayout: below it, what a walk leaves
const PAGES_4_GIB = 65536;
const PAGES_16_GIB = 262144;
const ROUNDS = 21;
const WARM_MS = 3000; // the optimizing compiler works beside the first rounds

/** Whether the browser has 64-bit memories that threads can share. */
export function hasMemory64() {
  try {
    return new WebAssembly.Memory({ initial: 1n, maximum: 1n, address: 'i64', shared: true }).buffer.byteLength > 0;
  } catch {
    return false;
  }
}

/**
 * Times a product on copies of the memory that it was computed in: two of 32 bits, whose difference is what chance does,
 * and 64-bit ones with maxima of 4 and 16 GiB. The engine itself stays in its own memory, which has 32 bits.
 * @param {object} exports of the engine's module
 * @param {{memory: WebAssembly.Memory, module: WebAssembly.Module, places: object, threads: number, format: string, rows: number}} setting
 *     its memory, its kernels and what they were started with; the weight's format, the rows that it is multiplied with
 * @returns {Promise<string>} bytes of the weight, median milliseconds on each memory, each one's median ratio to the first
 */
export async function compareMemories(exports, { memory, module, places, threads, format, rows }) {
  const bytes = (address, length) => new Uint8Array(memory.buffer, address, length);
  const wideModule = (pages) => WebAssembly.compile(bytes(...exports.emit64(pages).split(',').map(Number)).slice());
  const modules = [module, module, await wideModule(PAGES_4_GIB), await wideModule(PAGES_16_GIB)];
  const [list, out, outBytes, weightBytes] = exports.kept(format, rows, threads).split(',').map(Number);
  const expected = bytes(out, outBytes).slice();
  const pages = memory.buffer.byteLength / 65536;
  const memories = [narrow(pages), narrow(pages), wide(pages, PAGES_4_GIB), wide(pages, PAGES_16_GIB)];
  const copies = [];
  for (const [i, copy] of memories.entries()) {
    new Uint8Array(copy.buffer).set(new Uint8Array(memory.buffer));
    new Uint8Array(copy.buffer, places.control, THREADS).fill(0);
    new Uint8Array(copy.buffer, out, outBytes).fill(0);
    const kernels = await KernelThreads.start(modules[i], copy, places, threads);
    copies.push({ memory: copy, run: () => run(kernels, copy, places.control, list), stop: () => kernels.stop() });
  }
  const began = performance.now();
  do {
    copies.forEach((copy) => copy.run());
  } while (performance.now() - began < WARM_MS);
  for (const copy of copies) {
    if (new Uint8Array(copy.memory.buffer, out, outBytes).some((byte, i) => byte !== expected[i])) {
      throw new Error('the results of two memories differ');
    }
  }
  const times = await inTurn(copies);
  copies.forEach((copy) => copy.stop());
  const ratios = times.map((own) => median(own.map((ms, round) => ms / times[0][round])));
  return [weightBytes, ...times.map(median), ...ratios].join(',');
}

async function inTurn(copies) {
  const times = copies.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < copies.length; i++) {
      const which = (round + i) % copies.length;
      await asleep();
      times[which].push(copies[which].run());
    }
  }
  return times;
}

const narrow = (pages) => new WebAssembly.Memory({ initial: pages, maximum: PAGES_4_GIB, shared: true });
const wide = (pages, maximum) => new WebAssembly.Memory({ initial: BigInt(pages), maximum: BigInt(maximum), address: 'i64', shared: true });

/** The other copies' threads spin for a while after their list; they must not do so during the next one. */
const asleep = () => new Promise((resolve) => setTimeout(resolve, 5));

function run(kernels, memory, control, list) {
  const words = new Int32Array(memory.buffer);
  for (let at = list / 4; words[at] !== LIST_END; at += COMMAND_WORDS) {
    words[at + 1] = 0; // no unit is claimed yet
  }
  const start = performance.now();
  if (kernels.run(control, list) !== 0) {
    throw new Error('a thread was lost');
  }
  return performance.now() - start;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
