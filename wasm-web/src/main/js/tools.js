import { WasmChordError } from './errors.js';

const ID = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const ID_LENGTH = 9; // Mistral's templates want no other

/** What the worker gets of a request for a chat: `tool_choice` is dealt with here. */
export function chatRequest({ tool_choice: choice, tools, ...rest }) {
  if (choice != null && choice !== 'auto' && choice !== 'none') {
    throw new WasmChordError('invalid_request',
        `tool_choice is 'auto' or 'none', not ${JSON.stringify(choice)}: a model cannot be made to call a tool here; tell it to in a message`);
  }
  return { ...rest, tools: choice === 'none' ? null : tools };
}

/** A name for a call, which its tool's answer gives back. */
function callId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(ID_LENGTH)), (byte) => ID[byte % ID.length]).join('');
}

/** OpenAI's shape of a call. */
export function toolCall({ name, arguments: json }) {
  return { id: callId(), type: 'function', function: { name, arguments: json } };
}
