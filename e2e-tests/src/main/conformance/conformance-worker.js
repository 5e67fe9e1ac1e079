import { load } from './wasm-gc-module-runtime.js';
import { compareMemories, hasMemory64, PAGES } from './memory64.js';
import { KernelThreads } from './threads.js';

const PLACES = { failed: 384, generation: 64 };

async function run({ backend, threads, fused, memory64, rows }) {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
  let kernels;
  const { exports } = await load('./conformance.wasm', {
    memory: { external: memory, maxSize: 64 << 16 },
    installImports(imports) {
      imports.chord = { grow: (bank, pages) => memory.grow(pages), run: (control, list) => kernels.run(control, list) };
    },
  });
  if (backend === 'scalar') {
    return exports.scalar();
  }
  if (memory64 && !hasMemory64()) {
    return '';
  }
  const compiled = ([address, length]) => WebAssembly.compile(new Uint8Array(memory.buffer, address, length).slice());
  const numbers = (text) => text.split(',').map(Number);
  const [address, length, control] = numbers(exports.emit(backend === 'relaxed'));
  const module = await compiled([address, length]);
  kernels = await KernelThreads.start(module, memory, { control, ...PLACES }, threads);
  if (!memory64) {
    const result = fused ? exports.fused(fused, threads) : exports.simd(threads);
    kernels.stop();
    return result;
  }
  const modules = { narrow: module };
  for (const gib of [4, 16]) {
    modules[`wide${gib}`] = await compiled(numbers(exports.emit64(backend === 'relaxed', PAGES[gib])));
  }
  const product = numbers(exports.kept(memory64, rows, threads));
  kernels.stop();
  return `${product[3]},${await compareMemories({ memory, modules, control, product }, PLACES, threads)}`;
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ result: await run(data) });
  } catch (error) {
    self.postMessage({ error: `${error.stack ?? error}` });
  }
};
