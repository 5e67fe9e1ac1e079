import { WasmChordError } from '../errors.js';
import { Ranges } from './ranges.js';
import { SpawnedWorker } from '../threads/spawned.js';

// What an engine and the thread that reads for it share: a word for each slot, then these.
const UNDER_WAY = 1;
const HERE = 2;
export const FAILED = 3;
export const DONE = HERE;
const NOW = 0; // the read that the engine waits for now
const CANCEL = 1;
const READ_TENTHS_MS = 2; // time that reads took
const EXTRA = 3;
const LOOK_MS = 100;

/** Words beside those of the slots. */
export const words = (slots) => ({ now: slots + NOW, cancel: slots + CANCEL, time: slots + READ_TENTHS_MS });

/**
 * Reads layers into slots of the engine's memory while the engine computes. Without shared memory the reads happen when they are
 * waited for.
 */
export class LayerReader {
  /** @type {?SpawnedWorker<'layers'>} */
  #worker = null;
  /** @type {?Ranges} */
  #ranges = null;
  /** @type {Int32Array} */
  #state;
  #places;
  /** @type {import('../threads/messages.d.ts').LayerRun[][]} */
  #layers;
  #slots;
  #engine;
  #started = [];
  #time = 0;

  /**
   * @param {import('../engine/engine.js').Engine} engine
   * @param {Pick<import('../threads/messages.d.ts').LayersWork, 'readers' | 'slots' | 'layers'> & {name: string}} what
   * @returns {Promise<LayerReader>}
   */
  static async start(engine, { readers, slots, layers, name }) {
    const reader = new LayerReader();
    reader.#engine = engine;
    reader.#layers = layers;
    reader.#slots = slots;
    reader.#places = words(slots.length);
    const memory = engine.sharedMemory;
    if (memory) {
      reader.#state = new Int32Array(new SharedArrayBuffer(4 * (slots.length + EXTRA)));
      reader.#worker = new SpawnedWorker('layers');
      await /** @type {Promise<void>} */ (new Promise((resolve, reject) => {
        const fail = (why) => reject(new WasmChordError('weights_unavailable', `the layers of ${name} cannot be read: ${why}`));
        reader.#worker.onmessage = ({ data }) => (data.error ? fail(data.error) : resolve());
        reader.#worker.onerror = (event) => fail(event.message);
        reader.#worker.postMessage({ open: { memory, state: reader.#state, readers, slots, layers } });
      }));
      return reader;
    }
    if (readers.some(({ url }) => url)) {
      throw new WasmChordError('not_isolated', `the layers of ${name} would have to be read from its address while it computes, which needs a cross-origin isolated page or storage`);
    }
    reader.#ranges = await Ranges.open(readers);
    return reader;
  }

  start(layer, slot) {
    this.#started[slot] = layer;
    if (this.#worker) {
      Atomics.store(this.#state, slot, UNDER_WAY);
      this.#worker.postMessage({ layer, slot });
    }
  }

  arrived(slot) {
    return this.#worker ? Atomics.load(this.#state, slot) !== UNDER_WAY : this.#started[slot] === undefined;
  }

  /** 0 when the slot's layer is there, 1 after a failure, 2 after an abort. */
  await(slot) {
    if (this.#worker) {
      return this.#wait(slot);
    }
    const layer = this.#started[slot];
    if (layer === undefined) {
      return 0;
    }
    this.#started[slot] = undefined;
    return this.#now(() => {
      for (const { offset, bytes, at } of this.#layers[layer]) {
        this.#ranges.readNow(offset, this.#engine.bytes(this.#slots[slot] + at, bytes));
      }
    });
  }

  /** Reads a few bytes for the engine, which waits. */
  readNow(offset, bytes, address) {
    if (!this.#worker) {
      return this.#now(() => this.#ranges.readNow(offset, this.#engine.bytes(address, bytes)));
    }
    Atomics.store(this.#state, this.#places.now, UNDER_WAY);
    this.#worker.postMessage({ offset, bytes, address });
    return this.#wait(this.#places.now);
  }

  #now(read) {
    const start = performance.now();
    try {
      read();
      return 0;
    } catch {
      return 1;
    } finally {
      this.#time += performance.now() - start;
    }
  }

  #wait(word) {
    while (Atomics.load(this.#state, word) === UNDER_WAY) {
      if (Atomics.load(this.#state, this.#places.cancel)) {
        return 2;
      }
      Atomics.wait(this.#state, word, UNDER_WAY, LOOK_MS);
    }
    return Atomics.load(this.#state, word) === FAILED ? 1 : 0;
  }

  /** Forgets an abort of an earlier request. */
  begin() {
    if (this.#worker) {
      Atomics.store(this.#state, this.#places.cancel, 0);
    }
  }

  /** What the page sets to end a wait: a view and the index of its word; null where there is none. */
  get cancelWord() {
    return this.#worker ? { state: this.#state, index: this.#places.cancel } : null;
  }

  /** Time that reads took, in milliseconds. */
  get readMs() {
    return this.#worker ? Atomics.load(this.#state, this.#places.time) / 10 : this.#time;
  }

  stop() {
    this.#worker?.terminate();
  }
}
