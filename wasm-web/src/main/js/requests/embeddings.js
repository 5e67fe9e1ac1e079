/** The bytes of a vector, each number's lowest first, as text. */
function base64(vector) {
  const view = new DataView(new ArrayBuffer(4 * vector.length));
  vector.forEach((value, i) => view.setFloat32(4 * i, value, true));
  let bytes = '';
  for (let i = 0; i < view.byteLength; i++) {
    bytes += String.fromCharCode(view.getUint8(i));
  }
  return btoa(bytes);
}

const FORMATS = { float: (vector) => Array.from(vector), base64, float32array: (vector) => vector };

/**
 * The engine's answer with its vectors, in the format that was asked for.
 *
 * @param {Array<Float32Array | Float32Array[]>} vectors one for each text, or one for each token of it
 */
export function embeddingList(answer, vectors, format) {
  const written = FORMATS[format];
  const data = vectors.map((one, index) => ({ object: 'embedding', index, embedding: Array.isArray(one) ? one.map(written) : written(one) }));
  return { ...answer, data };
}
