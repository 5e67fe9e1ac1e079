import { $, button, copyFrom, element } from '../base/dom.js';
import { bytes } from '../base/format.js';
import { computedBy } from './live.js';

const PROMPTS = [128, 512];
const DECODED = 64;
const RUNS = 3;

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** A prompt of so many tokens that no earlier one begins with, so that all of it is read. */
function promptOf(length, run, vocabulary) {
  return Array.from({ length }, (_, i) => (i === 0 ? 1 : 3 + ((i * 7919 + run * 104_729 + length) % Math.max(1, vocabulary - 3))));
}

async function measure(model, length, run, signal) {
  const { vocabularySize } = model.modelInfo();
  const { timings, usage } = await model.completions.create({
    prompt: promptOf(length, run, vocabularySize), max_tokens: DECODED, temperature: 0, ignore_eos: true, signal,
  });
  return {
    prefill: ((usage.prompt_tokens - usage.cached_tokens) * 1000) / timings.prefill_ms,
    decode: timings.tokens_per_second,
    first: timings.first_token_ms,
  };
}

/** The benchmark tab: prompts of made-up tokens, three runs each, medians. */
export class Benchmark {
  #model = null;
  #abort = null;
  #busy;
  #result = null;

  /** @param {(busy: boolean) => void} busy told when it computes, so that nothing else does */
  constructor(busy) {
    this.#busy = busy;
    $('run-benchmark').addEventListener('click', () => (this.#abort ? this.#abort.abort() : this.#run()));
    $('benchmark-copy').append(
      button('', 'Copy as Markdown', (event) => copyFrom(event.currentTarget, this.#markdown())),
      button('', 'Copy as JSON', (event) => copyFrom(event.currentTarget, JSON.stringify(this.#result, null, 2))));
  }

  /** Measures this model from now on. */
  use(model) {
    this.#abort?.abort();
    this.#model = model;
    $('run-benchmark').disabled = model === null || model.modelInfo().kind === 'embedding';
  }

  async #run() {
    const model = this.#model;
    const info = model.modelInfo();
    const abort = new AbortController();
    this.#abort = abort;
    this.#busy(true);
    $('run-benchmark').textContent = 'Stop';
    $('benchmark-copy').hidden = true;
    const rows = [];
    try {
      for (const length of PROMPTS.filter((n) => n + DECODED <= info.contextLength)) {
        const runs = [];
        for (let run = 0; run <= RUNS; run++) {
          $('benchmark-status').textContent = `${length} tokens: ${run === 0 ? 'warming up' : `run ${run} of ${RUNS}`}`;
          runs.push(await measure(model, length, run, abort.signal));
        }
        const [, ...counted] = runs; // the first warms up
        const row = { prompt: length, ...Object.fromEntries(['prefill', 'decode', 'first'].map((key) => [key, Number(median(counted.map((r) => r[key])).toFixed(1))])) };
        rows.push(row);
        this.#show(rows);
      }
      const { linearBytes } = await model.memory();
      this.#result = {
        model: info.name, parameters: info.parameters, formats: info.tensorTypes, backend: info.backend, threads: info.threads,
        memory: linearBytes, loadMs: Math.round(info.loadMs), decodedTokens: DECODED, runs: RUNS, rows, browser: navigator.userAgent, cores: navigator.hardwareConcurrency,
      };
      $('benchmark-status').textContent = 'Medians of three runs.';
      $('benchmark-copy').hidden = false;
    } catch (error) {
      $('benchmark-status').textContent = error.code === 'cancelled' ? 'Stopped.' : error.message;
    } finally {
      this.#abort = null;
      $('run-benchmark').textContent = 'Run';
      this.#busy(false);
    }
  }

  #show(rows) {
    $('benchmark').hidden = false;
    $('benchmark-rows').replaceChildren(...rows.map(({ prompt, prefill, decode, first }) => {
      const row = element('tr');
      row.append(element('th', '', `${prompt}`), ...[prefill, decode, first].map((value) => element('td', '', String(value))));
      row.firstChild.scope = 'row';
      return row;
    }));
  }

  #markdown() {
    const { model, backend, threads, memory, rows, browser, cores } = this.#result;
    return [
      `**${model}**, ${computedBy({ backend, threads })}, memory ${bytes(memory)}, ${cores} cores`,
      '',
      '| prompt, tokens | prefill, tokens/s | decode, tokens/s | first token, ms |',
      '|---|---|---|---|',
      ...rows.map((row) => `| ${row.prompt} | ${row.prefill} | ${row.decode} | ${row.first} |`),
      '',
      browser,
    ].join('\n');
  }
}
