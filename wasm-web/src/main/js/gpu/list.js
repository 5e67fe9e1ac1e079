// The layout of a list; see DispatchList.java.
const STRIDE = 16; // words
const DISPATCH = 0;
const COPY = 1;
const WINDOWS = 4; // the word of the first window
const WINDOW = 3;
const FIRST_WEIGHT = 2; // the number of the binding
const BOUND = [FIRST_WEIGHT, 3, 4, 5];
const ARGUMENT_BYTES = 256;

/** Walks lists: all dispatches in one pass and one submission, or as few as copies and the pace leave. */
export class Walk {
  #device;
  #pipelines;
  #buffers;
  #readings;
  #figures;
  #pace;
  #groups = new Map(); // bind groups, by what they bind
  #uniform = null;
  #spare = null; // for copies within a buffer

  constructor(device, pipelines, buffers, readings, figures, pace) {
    this.#device = device;
    this.#pipelines = pipelines;
    this.#buffers = buffers;
    this.#readings = readings;
    this.#figures = figures;
    this.#pace = pace;
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
    this.#begin(words);
    let encoder = this.#device.createCommandEncoder();
    let pass = null;
    let slot = 0;
    let recorded = { dispatches: 0, groups: 0 };
    const endPass = () => {
      pass?.end();
      pass = null;
    };
    for (let at = 0; at < words.length; at += STRIDE) {
      if (words[at] === DISPATCH) {
        if (this.#pace.full(recorded.dispatches, recorded.groups)) {
          endPass();
          this.#submit(encoder);
          encoder = this.#device.createCommandEncoder();
          recorded = { dispatches: 0, groups: 0 };
        }
        pass ??= encoder.beginComputePass();
        const { bindings, pipeline } = this.#pipelines.get(words[at + 1]);
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, this.#group(bindings, words, at, arena), [ARGUMENT_BYTES * slot++]);
        pass.dispatchWorkgroups(words[at + 2], words[at + 3]);
        recorded.dispatches++;
        recorded.groups += words[at + 2] * words[at + 3];
        this.#figures.dispatches++;
        continue;
      }
      endPass();
      if (words[at] === COPY) {
        this.#copy(encoder, words, at, arena);
      } else {
        const [from, offset, bytes, address] = words.subarray(at + 1, at + 5);
        this.#readings.add(encoder, this.#buffers.get(from || arena), offset, bytes, address);
      }
    }
    endPass();
    this.#submit(encoder);
    this.#readings.submitted();
  }

  /** Tells what the list has. */
  #begin(words) {
    const kernels = [];
    let groups = 0;
    for (let at = 0; at < words.length; at += STRIDE) {
      if (words[at] === DISPATCH) {
        kernels.push(words[at + 1]);
        groups += words[at + 2] * words[at + 3];
      }
    }
    this.#pace.begin(kernels, groups);
  }

  #submit(encoder) {
    this.#device.queue.submit([encoder.finish()]);
    this.#figures.submissions++;
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
