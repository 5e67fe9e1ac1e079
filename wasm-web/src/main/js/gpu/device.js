import { WasmChordError } from '../errors.js';
import { Walk } from './list.js';
import { Pipelines } from './pipelines.js';
import { Readings } from './readings.js';

const KERNELS = 0; // what is waited for
const FINE = 0;
const LOST = 1;
const OUT_OF_MEMORY = 2;
const REFUSED = 3;

/** Why there is no GPU to compute on, or the adapter. */
async function adapterOrReason() {
  if (!globalThis.navigator?.gpu) {
    return { reason: 'this browser has no WebGPU, or the page is not a secure context' };
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  return adapter ? { adapter } : { reason: 'the browser offers no WebGPU adapter' };
}

/** What an adapter says of itself; browsers hide some of it. */
function described({ info }) {
  const name = [info?.vendor, info?.architecture, info?.device, info?.description].filter(Boolean);
  return [...new Set(name)].join(' ') || 'an adapter without a name';
}

/** Whether it computes on the CPU. */
function software(adapter) {
  return adapter.info?.isFallbackAdapter === true || adapter.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(described(adapter));
}

/** A GPU: buffers by number, kernels, and what is submitted. */
export class Gpu {
  #device;
  #bytes;
  #buffers = new Map();
  #next = 1;
  #bindingLimit;
  #pipelines;
  #readings;
  #walk;
  #checks = []; // of memory that was asked for
  #failure = FINE;
  #lost = false;
  /** What was asked of the device since it was opened. */
  figures = { dispatches: 0, submissions: 0, bytesWritten: 0, bytesRead: 0, maps: 0, bufferBytes: 0 };

  /**
   * @param {(address: number, length: number) => Uint8Array} bytes a view of the engine's memory
   * @param {{bindingBytes?: number}} [options] a smaller limit of what is bound, for tests
   * @returns {Promise<{gpu: Gpu} | {reason: string}>}
   */
  static async open(bytes, { bindingBytes = Infinity } = {}) {
    const { adapter, reason } = await adapterOrReason();
    if (!adapter) {
      return { reason };
    }
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    try {
      const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
      return { gpu: new Gpu(adapter, device, bytes, bindingBytes) };
    } catch (error) {
      return { reason: `the WebGPU adapter gives no device (${error.message})` };
    }
  }

  constructor(adapter, device, bytes, bindingBytes) {
    this.name = described(adapter);
    this.software = software(adapter);
    this.#device = device;
    this.#bytes = bytes;
    this.#bindingLimit = Math.min(bindingBytes, device.limits.maxStorageBufferBindingSize);
    this.#pipelines = new Pipelines(device);
    this.#readings = new Readings(device, bytes, this.figures);
    this.#walk = new Walk(device, this.#pipelines, this.#buffers, this.#readings, this.figures);
    device.lost.then(({ message }) => {
      this.#lost = true;
      this.lostReason = message;
    });
    device.addEventListener('uncapturederror', ({ error }) => this.#failed(error));
  }

  #failed(error) {
    if (error instanceof GPUOutOfMemoryError) {
      this.#failure = OUT_OF_MEMORY;
    } else {
      this.#failure ||= REFUSED;
      console.error(`wasm-chord: ${error.message}`);
    }
  }

  limit(what) {
    return what === 0 ? this.#device.limits.maxBufferSize : this.#bindingLimit;
  }

  create(size) {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    this.#device.pushErrorScope('out-of-memory');
    this.#device.pushErrorScope('validation'); // too large a buffer
    this.#buffers.set(this.#next, this.#device.createBuffer({ size, usage }));
    for (let scope = 0; scope < 2; scope++) {
      this.#checks.push(this.#device.popErrorScope().then((error) => {
        this.#failure = error ? OUT_OF_MEMORY : this.#failure;
      }, () => {}));
    }
    this.figures.bufferBytes += size;
    return this.#next++;
  }

  destroy(number) {
    const buffer = this.#buffers.get(number);
    this.figures.bufferBytes -= buffer.size;
    buffer.destroy();
    this.#buffers.delete(number);
    this.#walk.forget(number);
  }

  write(number, offset, address, length) {
    this.writeBytes(number, offset, this.#bytes(address, length));
  }

  /** Overwrites a part of a buffer; a multiple of 4 bytes, at a multiple of 4. */
  writeBytes(number, offset, bytes) {
    this.figures.bytesWritten += bytes.length;
    this.#device.queue.writeBuffer(this.#buffers.get(number), offset, bytes);
  }

  #submit(record) {
    const encoder = this.#device.createCommandEncoder();
    record(encoder);
    this.#device.queue.submit([encoder.finish()]);
    this.figures.submissions++;
  }

  clear(number, offset, length) {
    this.#submit((encoder) => encoder.clearBuffer(this.#buffers.get(number), offset, length));
  }

  copy(from, fromOffset, to, toOffset, length) {
    this.#submit((encoder) => encoder.copyBufferToBuffer(this.#buffers.get(from), fromOffset, this.#buffers.get(to), toOffset, length));
  }

  kernel(address, length, bindings) {
    const code = new TextDecoder().decode(this.#bytes(address, length).slice());
    return this.#pipelines.begin(code, bindings);
  }

  run(list, entries, arena, slots, slotBytes) {
    if (this.#lost) {
      return;
    }
    const words = new Uint32Array(this.#bytes(list, 64 * entries).slice().buffer);
    this.#walk.run(words, arena, this.#bytes(slots, slotBytes));
  }

  /** Waits for kernels, or for all that was submitted; 0, or what failed. */
  async wait(what) {
    try {
      await (what === KERNELS ? this.#pipelines.ready() : this.#readings.arrive());
    } catch (error) {
      if (!this.#lost) {
        this.#failed(error);
      }
    }
    if (this.#checks.length > 0) {
      await Promise.all(this.#checks.splice(0));
    }
    return this.#lost ? LOST : this.#failure;
  }

  /**
   * Waits until it is known whether there was memory for all buffers.
   *
   * @throws {WasmChordError} `out_of_memory` when there was none
   */
  async checkMemory() {
    await Promise.all(this.#checks.splice(0));
    if (this.#failure === OUT_OF_MEMORY) {
      throw new WasmChordError('out_of_memory', `the GPU grants no ${this.figures.bufferBytes} bytes; choose a shorter context, fewer gpuLayers or backend: 'simd'`);
    }
  }

  /** Gives all of it back. */
  close() {
    this.#device.destroy();
  }
}
