import { Sha256 } from './sha256.js';

// Computes the digest of one file whose pieces come in order; an empty message asks for it.
const digest = new Sha256();
self.onmessage = ({ data }) => {
  if (data === null) {
    self.postMessage({ hex: digest.hex() });
  } else {
    digest.update(data);
    self.postMessage({ taken: data.length });
  }
};
