import { serve } from './threads/serve.js';
import { Sha256 } from './fetch/sha256.js';

// Computes the digest of one file whose chunks come in order; a message without one asks for it.
const digest = new Sha256();
serve(/** @type {import('./threads/messages.d.ts').Receives<'digest'>} */ (({ chunk }, reply) => {
  if (chunk) {
    digest.update(chunk);
    reply({ taken: chunk.length });
  } else {
    reply({ hex: digest.hex() });
  }
}));
