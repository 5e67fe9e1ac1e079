import { compileEngine, instantiate } from './engine/engine-file.js';
import { KernelThreads } from './engine/threads.js';
import { Gpu } from './gpu/device.js';
import { gpuImports, promising } from './gpu/imports.js';

const PLACES = { failed: 384, generation: 64, epoch: 192, list: 320 };

/** The suite on the GPU: what it gives, then what the adapter is. */
async function onGpu(exports, bytes, { part = '', name, names = '', flushed = false, bindingBytes, share = 0, shares = 1 }, take) {
  const { gpu, reason } = await Gpu.open(bytes, { bindingBytes });
  if (!gpu) {
    throw new Error(reason);
  }
  take(gpu);
  if (name) {
    exports.gpuValues(name, flushed);
  } else {
    exports.gpu(part, names, flushed, share, shares);
  }
  await promising(exports.perform)();
  gpu.close();
  return exports.performed();
}

async function run(what) {
  const { backend, threads, part = '', name, header, size, runs } = what;
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
  let kernels;
  let gpu;
  const exports = await instantiate(await compileEngine('./conformance.wasm', true), memory, 64 << 16, {
    grow: (bank, pages) => memory.grow(pages),
    run: (control, list) => kernels.run(control, list),
    ...gpuImports(() => gpu),
  });
  if (backend === 'webgpu') {
    return onGpu(exports, (address, length) => new Uint8Array(memory.buffer, address, length), what, (opened) => { gpu = opened; });
  }
  if (backend === 'scalar') {
    return name ? exports.scalarValues(name) : exports.scalar(part);
  }
  if (backend === 'flooding') {
    return exports.flooding();
  }
  if (backend === 'masks') {
    const bytes = Uint8Array.from(atob(header), (character) => character.charCodeAt(0));
    const place = exports.buffer(bytes.length);
    new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
    return exports.masks(size, runs);
  }
  const [address, length, control] = exports.emit(backend === 'relaxed').split(',').map(Number);
  const module = await WebAssembly.compile(new Uint8Array(memory.buffer, address, length).slice());
  kernels = await KernelThreads.start(module, memory, { control, ...PLACES }, threads);
  const result = name ? exports.simdValues(name, threads) : exports.simd(part, threads);
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
