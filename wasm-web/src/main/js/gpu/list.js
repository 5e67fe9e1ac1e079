// The layout of a list; see DispatchList.java.
const STRIDE = 16; // words
const DISPATCH = 0;
const COPY = 1;
const WINDOWS = 4; // the word of the first window
const WINDOW = 3;
const FIRST_WEIGHT = 2; // the number of the binding
const BOUND = [FIRST_WEIGHT, 3, 4, 5];
const ARGUMENT_BYTES = 256;

/** Walks lists: all dispatches in one pass, or as few as copies leave. */
export class Walk {
  #device;
  #pipelines;
  #buffers;
  #readings;
  #figures;
  #groups = new Map(); // bind groups, by what they bind
  #uniform = null;
  #spare = null; // for copies within a buffer

  constructor(device, pipelines, buffers, readings, figures) {
    this.#device = device;
    this.#pipelines = pipelines;
    this.#buffers = buffers;
    this.#readings = readings;
    this.#figures = figures;
  }

  /** Forgets what binds a buffer that is gone. */
  forget(number) {
    for (const [key, { buffers }] of this.#groups) {
      if (buffers.includes(number)) {
        this.#groups.delete(key);
      }
    }
  }

  /**
   * @param {Uint32Array} words the entries
   * @param {number} arena the number that 0 stands for
   * @param {Uint8Array} slots the dispatches' arguments
   */
  run(words, arena, slots) {
    this.#arguments(slots);
    const encoder = this.#device.createCommandEncoder();
    let pass = null;
    let slot = 0;
    for (let at = 0; at < words.length; at += STRIDE) {
      if (words[at] === DISPATCH) {
        pass ??= encoder.beginComputePass();
        const { bindings, pipeline } = this.#pipelines.get(words[at + 1]);
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, this.#group(bindings, words, at, arena), [ARGUMENT_BYTES * slot++]);
        pass.dispatchWorkgroups(words[at + 2], words[at + 3]);
        this.#figures.dispatches++;
        continue;
      }
      pass?.end();
      pass = null;
      if (words[at] === COPY) {
        this.#copy(encoder, words, at, arena);
      } else {
        const [from, offset, bytes, address] = words.subarray(at + 1, at + 5);
        this.#readings.add(encoder, this.#buffers.get(from || arena), offset, bytes, address);
      }
    }
    pass?.end();
    this.#device.queue.submit([encoder.finish()]);
    this.#figures.submissions++;
    this.#readings.submitted();
  }

  #arguments(slots) {
    if (!this.#uniform || this.#uniform.size < slots.length) {
      this.#uniform?.destroy();
      this.#uniform = this.#device.createBuffer({ size: Math.max(slots.length * 2, 64 * ARGUMENT_BYTES), usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
      this.#groups.clear();
    }
    if (slots.length > 0) {
      this.#device.queue.writeBuffer(this.#uniform, 0, slots);
      this.#figures.bytesWritten += slots.length;
    }
  }

  #group(bindings, words, at, arena) {
    const windows = words.subarray(at + WINDOWS, at + STRIDE);
    const key = `${bindings}:${arena}:${windows.join()}`;
    const known = this.#groups.get(key);
    if (known) {
      return known.group;
    }
    /** @type {Array<{binding: number, resource: {buffer: any, offset?: number, size?: number}}>} */
    const entries = [{ binding: 0, resource: { buffer: this.#uniform, size: ARGUMENT_BYTES } }];
    const buffers = [arena];
    if (bindings & 2) {
      entries.push({ binding: 1, resource: { buffer: this.#buffers.get(arena) } });
    }
    for (const [i, binding] of BOUND.entries()) {
      if (bindings & (1 << binding)) {
        const [number, offset, size] = windows.subarray(WINDOW * i, WINDOW * (i + 1));
        buffers.push(number);
        entries.push({ binding, resource: { buffer: this.#buffers.get(number), offset, size } });
      }
    }
    const group = this.#device.createBindGroup({ layout: this.#pipelines.layout(bindings), entries });
    this.#groups.set(key, { group, buffers });
    return group;
  }

  #copy(encoder, words, at, arena) {
    const [from, fromOffset, to, toOffset, bytes] = words.subarray(at + 1, at + 6);
    const source = this.#buffers.get(from || arena);
    const target = this.#buffers.get(to || arena);
    if (source !== target) {
      encoder.copyBufferToBuffer(source, fromOffset, target, toOffset, bytes);
      return;
    }
    if (!this.#spare || this.#spare.size < bytes) {
      this.#spare = this.#device.createBuffer({ size: Math.max(bytes, 65536), usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
    }
    encoder.copyBufferToBuffer(source, fromOffset, this.#spare, 0, bytes);
    encoder.copyBufferToBuffer(this.#spare, 0, target, toOffset, bytes);
  }
}
