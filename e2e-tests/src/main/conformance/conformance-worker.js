import { compileEngine, instantiate } from './engine/engine-file.js';
import { compareMemories, hasMemory64 } from './memory64.js';
import { KernelThreads } from './engine/threads.js';

const PLACES = { failed: 384, generation: 64, epoch: 192, list: 320 };

async function run({ backend, threads, part = '', name, fused, memory64, rows }) {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
  let kernels;
  const exports = await instantiate(await compileEngine('./conformance.wasm', true), memory, 64 << 16, {
    grow: (bank, pages) => memory.grow(pages),
    run: (control, list) => kernels.run(control, list),
  });
  if (backend === 'scalar') {
    return name ? exports.scalarValues(name) : exports.scalar(part);
  }
  if (backend === 'flooding') {
    return exports.flooding();
  }
  if (memory64 && !hasMemory64()) {
    return '';
  }
  const [address, length, control] = exports.emit(backend === 'relaxed').split(',').map(Number);
  const module = await WebAssembly.compile(new Uint8Array(memory.buffer, address, length).slice());
  kernels = await KernelThreads.start(module, memory, { control, ...PLACES }, threads);
  let result;
  if (memory64) {
    result = await compareMemories(exports, { memory, module, places: { control, ...PLACES }, threads, format: memory64, rows });
  } else if (fused) {
    result = exports.fused(fused, threads);
  } else {
    result = name ? exports.simdValues(name, threads) : exports.simd(part, threads);
  }
  kernels.stop();
  return result;
}

self.onmessage = async ({ data }) => {
  if (!data.backend) {
    return; // of a spawned worker
  }
  try {
    self.postMessage({ result: await run(data) });
  } catch (error) {
    self.postMessage({ error: `${error.stack ?? error}` });
  }
};
