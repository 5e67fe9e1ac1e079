import { Spawner } from './threads/spawner.js';

// conformance({ backend, threads }): backend is scalar, simd128 or relaxed; a line for each case whose name contains part;
// with name, the bits of all values that this case gives.
// flooding tells how many slots of maps are looked at for keys that were made to meet.
globalThis.conformance = (what) => new Promise((resolve, reject) => {
  const worker = new Worker('./conformance-worker.js', { type: 'module' });
  const spawner = new Spawner(worker);
  worker.onmessage = ({ data }) => {
    if (spawner.take(data)) {
      return;
    }
    worker.terminate();
    spawner.close();
    if (data.error) {
      reject(new Error(data.error));
    } else {
      resolve(data.result);
    }
  };
  worker.onerror = (event) => reject(new Error(event.message));
  worker.postMessage(what);
});
