const LEAST = 65536;
const LOOKS_RARELY = /\bFirefox\//.test(globalThis.navigator?.userAgent ?? '');
const SPARE = 4; // buffers that are kept

/** What lists read: it is copied to buffers that can be mapped, and from there to the engine's memory. */
export class Readings {
  #device;
  #bytes;
  #figures;
  #spare = [];
  #open = []; // of the list that is recorded
  #pending = [];

  constructor(device, bytes, figures) {
    this.#device = device;
    this.#bytes = bytes;
    this.#figures = figures;
  }

  /** Records that a part of a buffer is read to an address. */
  add(encoder, source, offset, bytes, address) {
    let last = this.#open.at(-1);
    if (!last || last.used + bytes > last.buffer.size) {
      last = { buffer: this.#staging(bytes), used: 0, parts: [] };
      this.#open.push(last);
    }
    encoder.copyBufferToBuffer(source, offset, last.buffer, last.used, bytes);
    last.parts.push({ at: last.used, bytes, address });
    last.used += bytes;
  }

  #staging(bytes) {
    const found = this.#spare.findIndex((buffer) => buffer.size >= bytes);
    if (found >= 0) {
      return this.#spare.splice(found, 1)[0];
    }
    return this.#device.createBuffer({ size: Math.max(bytes, LEAST), usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }

  /** Waits for what was mapped. Firefox (seen in 153) looks for finished work every 100 ms, and with each submission. */
  async #hurried(mapped) {
    let waiting = LOOKS_RARELY;
    const done = mapped.finally(() => { waiting = false; });
    while (waiting) {
      await new Promise((resolve) => { setTimeout(resolve, 0); });
      if (waiting) {
        this.#device.queue.submit([]);
      }
    }
    return done;
  }

  /** The list was submitted. */
  submitted() {
    this.#pending.push(...this.#open.splice(0));
  }

  /** Waits for all that was submitted. */
  async arrive() {
    const pending = this.#pending.splice(0);
    if (pending.length === 0) {
      await this.#device.queue.onSubmittedWorkDone();
      return;
    }
    this.#figures.maps += pending.length;
    await this.#hurried(Promise.all(pending.map(({ buffer, used }) => buffer.mapAsync(GPUMapMode.READ, 0, used))));
    for (const { buffer, used, parts } of pending) {
      const mapped = new Uint8Array(buffer.getMappedRange(0, used));
      for (const { at, bytes, address } of parts) {
        this.#bytes(address, bytes).set(mapped.subarray(at, at + bytes));
      }
      this.#figures.bytesRead += used;
      buffer.unmap();
      if (this.#spare.length < SPARE) {
        this.#spare.push(buffer);
      } else {
        buffer.destroy();
      }
    }
  }
}
