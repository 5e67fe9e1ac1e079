import { KernelThreads } from './threads.js';

const COMMAND_WORDS = 32; // CommandLayout: the kernel in word 0, the next unit in word 1
const LIST_END = -2;
const THREADS = 512; // ControlLayout: below it, what a walk leaves
const ROUNDS = 21;
const WARM_MS = 3000; // the optimizing compiler works beside the first rounds

export const PAGES = { 4: 65536, 16: 262144 };

/** Whether the browser has 64-bit memories that threads can share. */
export function hasMemory64() {
  try {
    return new WebAssembly.Memory({ initial: 1n, maximum: 1n, address: 'i64', shared: true }).buffer.byteLength > 0;
  } catch {
    return false;
  }
}

/**
 * Times a kept product on copies of the memory that it was computed in: two of 32 bits, whose difference is what chance
 * does, and 64-bit ones with maxima of 4 and 16 GiB.
 * @param {{memory: WebAssembly.Memory, modules: {narrow, wide4, wide16}, control: number, product: number[]}} kept
 * @returns {Promise<string>} median milliseconds on each, then each one's median ratio to the first
 */
export async function compareMemories({ memory, modules, control, product: [list, out, outBytes] }, places, threads) {
  const expected = new Uint8Array(memory.buffer, out, outBytes).slice();
  const copies = [];
  for (const [module, create] of [
    [modules.narrow, narrow],
    [modules.narrow, narrow],
    [modules.wide4, (pages) => wide(pages, PAGES[4])],
    [modules.wide16, (pages) => wide(pages, PAGES[16])],
  ]) {
    const copy = create(memory.buffer.byteLength / 65536);
    new Uint8Array(copy.buffer).set(new Uint8Array(memory.buffer));
    new Uint8Array(copy.buffer, control, THREADS).fill(0);
    new Uint8Array(copy.buffer, out, outBytes).fill(0);
    copies.push({ memory: copy, kernels: await KernelThreads.start(module, copy, { control, ...places }, threads), times: [] });
  }
  const began = performance.now();
  for (let round = 0; performance.now() - began < WARM_MS || round < 2; round++) {
    copies.forEach((copy) => run(copy, control, list));
  }
  for (const copy of copies) {
    if (new Uint8Array(copy.memory.buffer, out, outBytes).some((byte, i) => byte !== expected[i])) {
      throw new Error('the results of two memories differ');
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < copies.length; i++) {
      const copy = copies[(round + i) % copies.length];
      await asleep();
      copy.times.push(run(copy, control, list));
    }
  }
  copies.forEach((copy) => copy.kernels.stop());
  const [first] = copies;
  const ratios = copies.map((copy) => median(copy.times.map((ms, round) => ms / first.times[round])));
  return [...copies.map((copy) => median(copy.times)), ...ratios].join(',');
}

const narrow = (pages) => new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
const wide = (pages, maximum) => new WebAssembly.Memory({ initial: BigInt(pages), maximum: BigInt(maximum), address: 'i64', shared: true });

/** The other copies' threads spin for a while after their list; they must not do so during the next one. */
const asleep = () => new Promise((resolve) => setTimeout(resolve, 5));

function run({ memory, kernels }, control, list) {
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
