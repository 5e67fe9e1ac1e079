/*
 * A thread of Node.js that looks to this module's worker scripts as a browser's does.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const messages = new EventTarget();
const fetchAddress = globalThis.fetch;

const RANGE = /^bytes=(\d+)-(\d*)$/;
const PIECE = 1024 * 1024;

/** Answers for a file as a server would that knows ranges: Node.js fetches no files. */
async function fetchFile(address, options) {
  if (!/^file:/i.test(String(address))) {
    return fetchAddress(address, options);
  }
  const path = fileURLToPath(String(address));
  const { size, mtimeMs } = await stat(path).catch(() => ({ size: -1, mtimeMs: 0 }));
  if (size < 0) {
    return new Response(null, { status: 404 });
  }
  const [, from, to] = RANGE.exec(new Headers(options?.headers).get('Range')) ?? [];
  const start = Number(from ?? 0);
  const end = to ? Math.min(Number(to), size - 1) : size - 1;
  if (from !== undefined && start >= size) {
    return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${size}` } });
  }
  const headers = {
    'Content-Type': path.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream',
    'Content-Length': String(end - start + 1),
    'Accept-Ranges': 'bytes',
    ETag: `"${size}-${mtimeMs}"`,
    ...(from === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
  };
  const body = size === 0 ? null : Readable.toWeb(createReadStream(path, { start, end, highWaterMark: PIECE, signal: options?.signal ?? undefined }));
  return new Response(/** @type {any} */ (body), { status: from === undefined ? 200 : 206, headers });
}

Object.assign(globalThis, {
  self: globalThis,
  crossOriginIsolated: true,
  fetch: fetchFile,
  postMessage: (message, move) => parentPort.postMessage(message, Array.isArray(move) ? move : move?.transfer),
  addEventListener: (...listener) => messages.addEventListener(...listener),
  removeEventListener: (...listener) => messages.removeEventListener(...listener),
});

await import(workerData);
parentPort.on('message', (data) => {
  const event = new MessageEvent('message', { data });
  globalThis.onmessage?.(event);
  messages.dispatchEvent(event);
});
