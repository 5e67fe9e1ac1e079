import { WasmChordError } from './errors.js';

const FIRST = 1024 * 1024; // holds the header of most models with 32,000 tokens
const GROWTH = 4;
const MAX_HEADER = 256 * 1024 * 1024;
const CHUNK = 64 * 1024 * 1024; // a request costs more than its bytes where the server is near; a broken one goes on where it stopped
const AT_ONCE = 3;

/** Brings a model into the engine's memory: the header first, so that a model that cannot run is refused before it is fetched. */
export class Loader {
  #first;

  /** Asks for the header at once; the engine may take its time to start. */
  constructor(source, progress, signal) {
    this.source = source;
    this.progress = progress;
    this.signal = signal;
    this.#first = source.first(FIRST, signal);
    this.#first.catch(() => {}); // reported by run
  }

  /**
   * @param {import('./engine.js').Engine} engine
   * @param {{contextLength?: number, simd: string, threads: number}} options
   * @returns {Promise<object>} what the engine says of the model
   */
  async run(engine, { contextLength, simd, threads }) {
    const { source } = this;
    this.engine = engine;
    const header = await this.#header();
    const { address } = engine.value('dataRoom');
    const end = header.dataOffset + header.dataBytes;
    if (source.size !== null && source.size < end) {
      throw new WasmChordError('truncated', `${source.name} has ${source.size} bytes, but its tensors need ${end}; download it again`);
    }
    const meter = new Meter(this.progress, header.bytes.length, source.size ?? end);
    const put = (bytes, at) => {
      this.signal.throwIfAborted();
      engine.write(address, header.dataOffset, header.dataBytes, bytes, at);
      meter.add(bytes.length);
    };
    engine.write(address, header.dataOffset, header.dataBytes, header.bytes, 0);
    const data = source.ranges ? this.#chunks(header.bytes.length, end, put) : this.#rest(header.bytes.length, end, put);
    await Promise.all([data, engine.startKernels(simd, threads)]); // requests are under way while kernels are emitted
    meter.last();
    this.progress({ phase: 'load', loaded: 0, total: 1, bytesPerSecond: 0, secondsLeft: null });
    const info = engine.value('load', contextLength ?? 0);
    this.progress({ phase: 'load', loaded: 1, total: 1, bytesPerSecond: 0, secondsLeft: 0 });
    return info;
  }

  async #header() {
    const { source, engine } = this;
    let bytes = await this.#first;
    for (let length = FIRST; ; length *= GROWTH) {
      this.signal.throwIfAborted();
      this.progress({ phase: 'header', loaded: bytes.length, total: source.size, bytesPerSecond: 0, secondsLeft: null });
      const address = engine.value('headerRoom', bytes.length);
      engine.bytes(address, bytes.length).set(bytes);
      const header = engine.value('parseHeader', source.size ?? -1, source.name);
      if (header.complete) {
        return { ...header, bytes };
      }
      if (bytes.length < length || length > MAX_HEADER) {
        throw new WasmChordError('truncated', `${source.name} ends inside its header, after ${bytes.length} bytes; download it again`);
      }
      bytes = await this.#longer(bytes, length * GROWTH);
    }
  }

  async #longer(bytes, length) {
    const { source } = this;
    if (!source.ranges) {
      return source.more(bytes, length);
    }
    const to = Math.min(length, source.size ?? length);
    const longer = new Uint8Array(to);
    longer.set(bytes);
    await source.read(bytes.length, to, (piece, at) => longer.set(piece, at), this.signal);
    return longer;
  }

  async #rest(from, to, put) {
    const got = await this.source.rest(from, put);
    if (got < to) {
      throw new WasmChordError('truncated', `${this.source.name} ended after ${got} of ${to} bytes; try again, or download the file anew`);
    }
  }

  async #chunks(from, to, put) {
    let next = from;
    const failed = new AbortController();
    const signal = AbortSignal.any([this.signal, failed.signal]);
    const lane = async () => {
      while (next < to) {
        const at = next;
        next = Math.min(to, at + CHUNK);
        await this.source.read(at, next, put, signal);
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
    } catch (error) {
      failed.abort();
      throw error;
    }
  }
}

/** Reports a download ten times a second at most, and at its end. */
class Meter {
  constructor(progress, loaded, total) {
    this.progress = progress;
    this.start = performance.now();
    this.first = loaded;
    this.loaded = loaded;
    this.total = total;
    this.reported = 0;
  }

  add(bytes) {
    this.loaded += bytes;
    if (performance.now() - this.reported > 100) {
      this.report();
    }
  }

  last() {
    this.report();
  }

  report() {
    this.reported = performance.now();
    const seconds = (this.reported - this.start) / 1000;
    const rate = seconds > 0 ? (this.loaded - this.first) / seconds : 0;
    const left = rate > 0 ? Math.max(0, this.total - this.loaded) / rate : null;
    this.progress({ phase: 'download', loaded: Math.min(this.loaded, this.total), total: this.total, bytesPerSecond: rate, secondsLeft: left });
  }
}
