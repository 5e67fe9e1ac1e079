import type { WasmChord } from './wasm-chord.js';

/**
 * A `fetch` whose other end is an engine of this page, for the npm package `openai` and whatever else speaks OpenAI's HTTP interface:
 *
 *     new OpenAI({ baseURL: 'http://engine/v1', apiKey: 'none', dangerouslyAllowBrowser: true, fetch: openaiFetch(chord) })
 *
 * It answers `/chat/completions` and `/completions` (also as server-sent events), `/embeddings`, `/rerank` and `/models`, as `chord serve` does.
 * No request leaves the page. Host and key of the address are not looked at. An abort ends the answer.
 *
 * @param models a loaded model, which answers whatever name a request has for it; or several by name, the first of which answers requests
 *     without one. Other names are refused with 404. A function that gives them is called when the first request comes, and again after it failed;
 *     requests are told of the failure with 503.
 */
export declare function openaiFetch(models: ServedModels | (() => ServedModels | Promise<ServedModels>)): typeof fetch;

/** A loaded model, or several by name. */
export type ServedModels = WasmChord | Record<string, WasmChord>;
