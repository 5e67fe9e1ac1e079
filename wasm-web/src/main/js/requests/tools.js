const ID = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const ID_LENGTH = 9; // Mistral's templates want no other

/** A name for a call, which its tool's answer gives back. */
function callId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(ID_LENGTH)), (byte) => ID[byte % ID.length]).join('');
}

/** OpenAI's shape of a call. */
export function toolCall({ name, arguments: json }) {
  return { id: callId(), type: 'function', function: { name, arguments: json } };
}
