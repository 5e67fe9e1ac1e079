import { $, element, iconButton } from '../base/dom.js';
import { icon } from '../base/icons.js';
import { count } from '../base/format.js';
import { toast } from '../base/toast.js';
import { choose, passagesOf, vectorScores, wordScores } from './passages.js';

const MOST_BYTES = 2 * 1024 * 1024;
const AROUND = 24; // tokens that a document takes beside its text
const BETWEEN = 2; // tokens between two passages
const LEAST = 64; // tokens of room that are worth a passage

/** A file that is no text, or too large; the message names it. */
class DocumentError extends Error {}

async function read(file) {
  if (file.size > MOST_BYTES) {
    throw new DocumentError(`${file.name} is larger than 2 MB; give a part of it.`);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    if (!text.includes('\0')) {
      return { name: file.name.slice(0, 100), text };
    }
  } catch {
    // bytes that are no text
  }
  throw new DocumentError(`${file.name} is no text. Documents are plain text here: notes, Markdown, tables, code.`);
}

/** The documents that go with the next question. */
export class Attachments {
  #documents = [];

  constructor() {
    $('document-input').addEventListener('change', () => {
      this.add([...$('document-input').files]);
      $('document-input').value = '';
    });
  }

  get count() {
    return this.#documents.length;
  }

  async add(files) {
    for (const file of files) {
      try {
        this.#documents.push(await read(file));
      } catch (error) {
        toast(error instanceof DocumentError ? error.message : `${file.name} cannot be read: ${error.message}`);
      }
    }
    this.#show();
    $('composer-input').focus();
  }

  /** Takes them for a question. */
  take() {
    const taken = this.#documents;
    this.#documents = [];
    this.#show();
    return taken;
  }

  /** Gives them back, where the question could not be asked. */
  giveBack(documents) {
    this.#documents = [...documents, ...this.#documents];
    this.#show();
  }

  #show() {
    $('attachments').replaceChildren(...this.#documents.map((document) => {
      const item = element('li');
      item.append(icon('file'), element('span', '', `${document.name} · ${count(document.text.length)} characters`),
        iconButton('close', `Remove ${document.name}`, () => {
          this.#documents = this.#documents.filter((other) => other !== document);
          this.#show();
        }));
      return item;
    }));
    $('attachments').hidden = this.#documents.length === 0;
  }
}

/**
 * What of documents a model is given: all of them where there is room, else the passages that fit the question best, by the vectors of an
 * embedding model, or by the question's words where none is loaded.
 *
 * @param {{ name: string, text: string }[]} documents
 * @param {string} question
 * @param {{ model: object, embedder: object | null, room: number, signal: AbortSignal }} means `room` is in tokens
 * @returns {Promise<{ name: string, text: string, note: string }[]>} `note` says what was left out
 * @throws {Error} where there is no room at all
 */
export async function fitted(documents, question, { model, embedder, room, signal }) {
  const size = async (text) => (await model.tokenize(text, { addSpecial: false })).length;
  const sizes = await Promise.all(documents.map(({ text }) => size(text)));
  const around = documents.length * AROUND;
  if (sizes.reduce((sum, n) => sum + n, around) <= room) {
    return documents.map((document) => ({ ...document, note: '' }));
  }
  if (room - around < LEAST) {
    throw new Error('The context has no room for documents. Begin a new conversation, or load the model with a longer context.');
  }
  const passages = documents.flatMap(({ text }, of) => passagesOf(text).map((passage) => ({ of, passage })));
  const texts = passages.map(({ passage }) => passage);
  const scores = embedder ? await vectorScores(embedder, question, texts, signal) : wordScores(question, texts);
  const chosen = new Set(await choose(texts, scores, async (text) => await size(text) + BETWEEN, room - around));
  const by = embedder ? 'by vectors' : 'by words';
  return documents.map(({ name }, of) => {
    const own = passages.map((passage, i) => ({ ...passage, i })).filter((passage) => passage.of === of);
    const kept = own.filter(({ i }) => chosen.has(i));
    return { name, text: kept.map(({ passage }) => passage).join('\n…\n'), note: `${kept.length} of ${own.length} passages, ${by}` };
  }).filter(({ text }) => text);
}
