/**
 * Takes the messages of the worker that asked for this one (see SpawnedWorker). They come through a channel of their own and not through
 * the page: a page that had received a model's memory would keep all of it until its next garbage collection.
 *
 * @template {keyof import('./messages.d.ts').Spawned} K
 * @param {import('./messages.d.ts').Receives<K>} receive
 */
export function serve(receive) {
  self.onmessage = ({ data: { port } }) => {
    const reply = (message, move = []) => port.postMessage(message, move);
    port.onmessage = ({ data }) => receive(data, reply);
  };
}
