/**
 * What a host that is no browser has in place of the browser's own.
 *
 * @typedef {object} Host
 * @property {(script: string) => Worker} startWorker starts one of this module's scripts, or one at an address, as a thread
 * @property {(source: any) => Promise<any>} opened a model's source, with a path made a file
 */

/** @type {?Host} */
let provided = null;

/** The host that this thread runs on, null in browsers. */
export const host = () => provided;

/** @param {Host} given */
export function provide(given) {
  provided = given;
}
