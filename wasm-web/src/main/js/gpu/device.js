import { WasmChordError } from '../errors.js';
import { canSuspend } from './imports.js';
import { Walk } from './list.js';
import { Pace } from './pace.js';
import { Pipelines } from './pipelines.js';
import { Readings } from './readings.js';

const MOST_LOSSES = 2; // within the time
const PATIENCE_MS = 600_000;
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

/** The name of a GPU that can be waited for and does not compute on the CPU, or null. */
export async function hardware() {
  if (!canSuspend()) {
    return null;
  }
  const { adapter } = await adapterOrReason();
  return adapter && !software(adapter) ? described(adapter) : null;
}

/** A device with all that its adapter has, or why there is none. */
async function openDevice() {
  const { adapter, reason } = await adapterOrReason();
  if (!adapter) {
    return { reason };
  }
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  try {
    return { adapter, device: await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } }) };
  } catch (error) {
    return { reason: `the WebGPU adapter gives no device (${error.message})` };
  }
}

/** A GPU: buffers by number, kernels, and what is submitted. */
export class Gpu {
  #device;
  #bytes;
  #buffers = new Map();
  #next = 1;
  #pipelines;
  #readings;
  #walk;
  #pace = new Pace();
  #checks = []; // of memory that was asked for
  #failure = FINE;
  #lost = false;
  #losses = []; // when
  #wanted;
  /** What was asked of the device since it was opened. */
  figures = { dispatches: 0, submissions: 0, bytesWritten: 0, bytesRead: 0, maps: 0, bufferBytes: 0 };

  /**
   * @param {(address: number, length: number) => Uint8Array} bytes a view of the engine's memory
   * @param {{bindingBytes?: number}} [options] a smaller limit of what is bound of a weight, for tests
   * @returns {Promise<{gpu?: Gpu, reason?: string}>}
   */
  static async open(bytes, { bindingBytes = Infinity } = {}) {
    const { adapter, device, reason } = await openDevice();
    return reason ? { reason } : { gpu: new Gpu(adapter, device, bytes, bindingBytes) };
  }

  constructor(adapter, device, bytes, bindingBytes) {
    this.#bytes = bytes;
    this.#wanted = { bindingBytes };
    this.#take(adapter, device, []);
  }

  /** Computes on a device from now on. */
  #take(adapter, device, kernels) {
    this.name = described(adapter);
    this.software = software(adapter);
    this.#device = device;
    this.#pipelines = new Pipelines(device);
    kernels.forEach(({ code, bindings }) => this.#pipelines.begin(code, bindings));
    this.#readings = new Readings(device, this.#bytes, this.figures);
    this.#pace = new Pace(this.software ? Infinity : undefined); // no driver waits for an adapter that computes on the CPU
    this.#walk = new Walk(device, this.#pipelines, this.#buffers, this.#readings, this.figures, this.#pace);
    this.#failure = FINE;
    this.#lost = false;
    device.lost.then(() => { this.#lost = device === this.#device; });
    device.addEventListener('uncapturederror', ({ error }) => this.#failed(error));
  }

  /**
   * Goes on with another device after a loss: the same buffers, of zeros, and the same kernels.
   *
   * @throws {WasmChordError} `gpu_lost` where there is none any more
   */
  async reopen() {
    const now = performance.now();
    this.#losses = [...this.#losses.filter((time) => now - time < PATIENCE_MS), now];
    const { adapter, device, reason } = this.#losses.length > MOST_LOSSES ? { reason: 'it was lost several times' } : await openDevice();
    if (reason) {
      throw new WasmChordError('gpu_lost', `the GPU was lost, and cannot be gone on with: ${reason}; load the model again, with backend: 'simd'`);
    }
    const kernels = this.#pipelines.all;
    const sizes = [...this.#buffers].map(([number, { size }]) => [number, size]);
    this.#buffers.clear();
    this.#checks = [];
    this.#take(adapter, device, kernels);
    sizes.forEach(([number, size]) => this.#make(number, size));
    await this.checkMemory();
  }

  #failed(error) {
    if (error instanceof GPUOutOfMemoryError) {
      this.#failure = OUT_OF_MEMORY;
    } else {
      this.#failure ||= REFUSED;
      console.error(`wasm-chord: ${error.message}`);
    }
  }

  /** Whether the device is gone; see `reopen`. */
  get lost() {
    return this.#lost;
  }

  limit(what) {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#device.limits;
    return [maxBufferSize, maxStorageBufferBindingSize, Math.min(this.#wanted.bindingBytes, maxStorageBufferBindingSize)][what];
  }

  create(size) {
    this.figures.bufferBytes += size;
    this.#make(this.#next, size);
    return this.#next++;
  }

  #make(number, size) {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    this.#device.pushErrorScope('out-of-memory');
    this.#device.pushErrorScope('validation'); // too large a buffer
    this.#buffers.set(number, this.#device.createBuffer({ size, usage }));
    for (let scope = 0; scope < 2; scope++) {
      this.#checks.push(this.#device.popErrorScope().then((error) => {
        this.#failure = error ? OUT_OF_MEMORY : this.#failure;
      }, () => {}));
    }
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
      return; // whoever waits is told
    }
    const words = new Uint32Array(this.#bytes(list, 64 * entries).slice().buffer);
    this.#walk.run(words, arena, this.#bytes(slots, slotBytes));
  }

  /** Waits for kernels, or for all that was submitted; 0, or what failed. */
  async wait(what) {
    if (this.#lost) {
      return LOST;
    }
    try {
      if (what === KERNELS) {
        await this.#pipelines.ready();
      } else {
        await this.#readings.arrive();
        this.#pace.done();
      }
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
