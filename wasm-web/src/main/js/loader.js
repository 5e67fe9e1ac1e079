import { WasmChordError } from './errors.js';

const FIRST = 256 * 1024;
const MAX_HEADER = 256 * 1024 * 1024;
const CHUNK = 4 * 1024 * 1024;
const AT_ONCE = 3;

/** Brings a model into the engine's memory: the header first, so that a model that cannot run is refused before it is fetched. */
export class Loader {
  constructor(engine, source, progress, signal) {
    this.engine = engine;
    this.source = source;
    this.progress = progress;
    this.signal = signal;
  }

  /**
   * @param {{contextLength?: number, simd: string, threads: number}} options
   * @returns {Promise<object>} what the engine says of the model
   */
  async run({ contextLength, simd, threads }) {
    const { source, engine } = this;
    const header = await this.#header();
    const kernels = engine.startKernels(simd, threads);
    kernels.catch(() => {}); // awaited below, when the data are here
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
    if (source.ranges) {
      await this.#chunks(header.bytes.length, end, put);
    } else {
      const got = await source.rest(header.bytes.length, put);
      if (got < end) {
        throw new WasmChordError('truncated', `${source.name} ended after ${got} of ${end} bytes; try again, or download the file anew`);
      }
    }
    meter.last();
    this.progress({ phase: 'load', loaded: 0, total: 1, bytesPerSecond: 0, secondsLeft: null });
    await kernels;
    const info = engine.value('load', contextLength ?? 0);
    this.progress({ phase: 'load', loaded: 1, total: 1, bytesPerSecond: 0, secondsLeft: 0 });
    return info;
  }

  async #header() {
    const { source, engine } = this;
    let bytes = await source.first(FIRST, this.signal);
    for (let length = FIRST; ; length *= 2) {
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
      bytes = await this.#longer(bytes, length * 2);
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
