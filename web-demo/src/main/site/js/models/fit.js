import { WasmChord } from '../../wasm-chord/wasm-chord.js';
import { bytes, count } from '../base/format.js';

/** One line on whether a model fits, from its header alone. */
export function fitLine({ plan }) {
  const { weightBytes, kvCacheBytes, scratchBytes, grantedBytes, contextLength, memories } = plan;
  const needs = `needs ${bytes(weightBytes + kvCacheBytes + scratchBytes)} (weights ${bytes(weightBytes)}, KV cache ${bytes(kvCacheBytes)} for ${contextLength} tokens), about ${bytes(grantedBytes)} are granted`;
  return plan.mode === 'streamed' ? `Does not fit: ${needs}. It runs slowly: its layers pass through ${bytes(plan.totalBytes)} of memory.`
      : `Fits: ${needs}${memories > 1 ? `, in ${memories} memories` : ''}.`;
}

/** Under which licence the file says that it is. */
export function licence({ license }) {
  return license ? `licence ${license}` : 'licence not named';
}

/** Whether the browser can keep the file. */
async function roomLine({ fileBytes }) {
  const { quota, usage } = await WasmChord.cache.quota();
  const free = quota - usage;
  return quota === null ? '' : free >= fileBytes ? `There is storage for it: ${bytes(free)} are free.`
      : `It cannot be kept for the next visit: ${bytes(free)} of storage are free. Remove models below, or free some of the disk.`;
}

/** What a model is and whether it fits, of which only the header is read; or why it cannot be read. */
export async function preflight(source, options) {
  try {
    const info = await WasmChord.inspect(source, options);
    return [`${info.name}: ${info.architecture}, ${count(info.parameters)} parameters, a file of ${bytes(info.fileBytes)}, ${licence(info)}.`,
      info.kind === 'embedding' ? 'It gives vectors and cannot chat.' : '', fitLine(info), await roomLine(info)].filter(Boolean).join(' ');
  } catch (error) {
    return error.message;
  }
}
