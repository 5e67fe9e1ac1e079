import { $, element } from '../base/dom.js';
import { bytes } from '../base/format.js';
import { Sparkline } from './sparkline.js';

const EVERY_MS = 250;
const KERNELS = { 'relaxed-simd': 'relaxed SIMD', simd128: 'SIMD', scalar: 'plain WebAssembly' };

/** What computes a model, in words. */
export function computedBy({ backend, threads }) {
  return `${KERNELS[backend] ?? backend}, ${threads === 1 ? 'one thread' : `${threads} threads`}`;
}

function fill(list, rows) {
  $(list).replaceChildren(...rows.flatMap(([name, value]) => [element('dt', '', name), element('dd', '', value)]));
}

/** A bar of parts of a whole; the legend says each in words. */
function stack(host, parts) {
  const whole = parts.reduce((sum, [, size]) => sum + size, 0);
  $(host).replaceChildren(...parts.filter(([, size]) => size > 0).map(([name, size], i) => {
    const part = element('span', `part part${i}`);
    part.style.flexGrow = String(size / whole);
    part.title = `${name}: ${bytes(size)}`;
    return part;
  }));
}

/** The live panel: how fast an answer comes, and what the model takes. It also counts the tokens of an answer as they come. */
export class LivePanel {
  #spark = new Sparkline($('speed-line'));
  #model = null;
  #tokens = 0;
  #first = 0; // when the first token came
  #timer = 0;
  #lastTokens = 0;
  #lastTime = 0;

  /** Shows a model that was loaded. */
  async show(model) {
    this.#model = model;
    const info = model.modelInfo();
    fill('live-computing', info.served ? [['Computes', `the server at ${info.served}`]] : [
      ['Computes with', computedBy(info)],
      ['Isolated page', info.crossOriginIsolated ? 'yes' : 'no: one thread only'],
      ['Layers', info.plan.mode === 'streamed' ? `streamed through ${info.plan.slots} slots` : info.plan.memories > 1 ? `in ${info.plan.memories} memories` : 'all in memory'],
      ['KV cache', `${info.plan.kvCache}, ${info.contextLength} tokens`],
      ['Loaded in', `${(info.loadMs / 1000).toFixed(1)} s`],
    ]);
    this.#spark.clear();
    $('speed').textContent = '–';
    $('profile-empty').textContent = 'Choose “Profile kernels” under Models and load the model again: then each answer shows how long each kernel took.';
    $('kernels').hidden = true;
    $('context-use').value = 0;
    $('context-text').textContent = info.served ? '–' : `0 of ${info.contextLength} tokens`;
    fill('live-answer', []);
    await this.#showMemory();
  }

  async #showMemory() {
    const use = await this.#model.memory();
    if (!use) { // it is a server's
      $('memory-bar').replaceChildren();
      fill('live-memory', []);
      fill('live-layers', []);
      return;
    }
    const parts = [['Weights', use.modelBytes], ['KV cache', use.kvCacheBytes], ['Adapters', use.adapterBytes], ['Draft model', use.draftBytes], ['Working space', use.scratchBytes]];
    stack('memory-bar', parts);
    fill('live-memory', [['WebAssembly memory', bytes(use.linearBytes)], ...parts.filter(([, size]) => size > 0).map(([name, size]) => [name, bytes(size)])]);
    const { layers } = use;
    if (layers) {
      fill('live-layers', [['Layers read', bytes(layers.bytesRead)], ['In time', `${layers.hits + layers.prefetchHits} of ${layers.hits + layers.prefetchHits + layers.late + layers.misses}`], ['Waited', `${(layers.stallMs / 1000).toFixed(1)} s`]]);
    }
  }

  /** An answer begins. */
  begin() {
    this.#tokens = 0;
    this.#lastTokens = 0;
    this.#first = 0;
    this.#spark.clear();
    $('speed').textContent = '…';
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), EVERY_MS);
  }

  /** More of the answer has come. */
  token(count) {
    this.#tokens += count;
    if (!this.#first) {
      this.#first = performance.now();
      this.#lastTime = this.#first;
      this.#lastTokens = this.#tokens;
    }
  }

  #tick() {
    const now = performance.now();
    if (this.#first && now - this.#lastTime >= EVERY_MS) {
      const speed = ((this.#tokens - this.#lastTokens) * 1000) / (now - this.#lastTime);
      this.#lastTime = now;
      this.#lastTokens = this.#tokens;
      this.#spark.add(speed);
      $('speed').textContent = speed.toFixed(1);
    }
  }

  /** An answer has ended; without figures where it was broken off. */
  async end({ timings, usage } = {}) {
    clearInterval(this.#timer);
    if (timings) {
      const fresh = usage.prompt_tokens - usage.cached_tokens;
      $('speed').textContent = timings.tokens_per_second > 0 ? timings.tokens_per_second.toFixed(1) : '–';
      fill('live-answer', [
        ['First token', `${Math.round(timings.first_token_ms)} ms`],
        ['Prompt', `${usage.prompt_tokens} tokens, ${usage.cached_tokens} of them cached`],
        ['Reading', fresh > 0 && timings.prefill_ms > 0 ? `${((fresh * 1000) / timings.prefill_ms).toFixed(1)} tokens/s` : 'nothing to read'],
        ['Answer', `${usage.completion_tokens} tokens`],
      ]);
      const { contextLength, served } = this.#model.modelInfo();
      $('context-use').value = served ? 0 : usage.total_tokens / contextLength;
      $('context-text').textContent = served ? `${usage.total_tokens} tokens` : `${usage.total_tokens} of ${contextLength} tokens`;
    }
    await this.#showMemory();
    await this.#showProfile();
  }

  async #showProfile() {
    const kernels = new Map();
    for (const { kernel, workMicros, waitMicros } of await this.#model.profile()) {
      const { work, wait } = kernels.get(kernel) ?? { work: 0, wait: 0 };
      kernels.set(kernel, { work: work + workMicros, wait: wait + waitMicros });
    }
    const rows = [...kernels].sort(([, a], [, b]) => b.work - a.work).slice(0, 14);
    $('kernels').hidden = rows.length === 0;
    $('profile-empty').hidden = rows.length > 0;
    $('kernel-rows').replaceChildren(...rows.map(([name, { work, wait }]) => {
      const row = element('tr');
      row.append(element('th', '', name), element('td', '', (work / 1000).toFixed(1)), element('td', '', (wait / 1000).toFixed(1)));
      row.firstChild.scope = 'row';
      return row;
    }));
  }
}
