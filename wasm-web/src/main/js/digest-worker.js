import { serve } from './threads/asked.js';
import { Sha256 } from './fetch/sha256.js';

// Computes the digest of one file whose pieces come in order; a message without one asks for it.
const digest = new Sha256();
serve(/** @type {import('./threads/messages.d.ts').Receives<'digest'>} */ (({ piece }, reply) => {
  if (piece) {
    digest.update(piece);
    reply({ taken: piece.length });
  } else {
    reply({ hex: digest.hex() });
  }
}));
