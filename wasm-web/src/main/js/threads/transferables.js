/** What moves with a message in place of being copied: its members that are buffers, or views of some. */
export function transferables(message) {
  return Object.values(message ?? {}).map((value) => (ArrayBuffer.isView(value) ? value.buffer : value)).filter((value) => value instanceof ArrayBuffer);
}
