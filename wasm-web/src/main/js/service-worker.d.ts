export interface AnswerOptions {
  /** The name of the share, as `shareEngine` was given it; `engine` by default. */
  name?: string;
  /** What the paths of requests begin with; `/v1/` by default. */
  path?: string;
}

/**
 * In a service worker: answers requests for `/v1/...` of the page's own origin, as `chord serve` does, by the engine that tabs share
 * (`wasm-chord/shared`). Call it while the script is first run. Without an open tab that shares one, requests are answered with 503 and code `no_engine`.
 *
 *     // service-worker.js, registered with { type: 'module' } or bundled
 *     import { answerRequests } from 'wasm-chord/service-worker';
 *     answerRequests();
 */
export declare function answerRequests(options?: AnswerOptions): void;

/** For the service worker's own code, such as the background of an extension: a `fetch` with OpenAI's interface, answered by the same engine. */
export declare function sharedFetch(options?: Pick<AnswerOptions, 'name'>): typeof fetch;
