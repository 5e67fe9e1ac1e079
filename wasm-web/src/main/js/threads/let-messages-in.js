/** Lets messages in: a task of its own between two steps. One caller waits at a time. */
export const letMessagesIn = (() => {
  const channel = new MessageChannel();
  let wake = () => {};
  channel.port1.onmessage = () => wake();
  return () => /** @type {Promise<void>} */ (new Promise((resolve) => {
    wake = resolve;
    channel.port2.postMessage(0);
  }));
})();
