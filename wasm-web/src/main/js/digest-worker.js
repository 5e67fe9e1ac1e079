import { Sha256 } from './sha256.js';

// Computes the digest of one file whose pieces come in order; a message without one asks for it.
const digest = new Sha256();
self.onmessage = ({ data: { piece } }) => {
  if (piece) {
    digest.update(piece);
    self.postMessage({ taken: piece.length });
  } else {
    self.postMessage({ hex: digest.hex() });
  }
};
