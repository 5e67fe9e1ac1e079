import { $ } from '../base/dom.js';
import { note, noted } from '../base/visit.js';
import { fitted } from '../documents/attachments.js';
import { askModel } from './asking.js';
import { ChatLog } from './log.js';
import { MessageTree } from './tree.js';

const OPEN = 'wasm-chord.open'; // the conversation that the tab shows
const ALTERNATIVES = 6; // that the token view shows
const AROUND = 32; // tokens that a template puts around a message, about

/** The conversation on the page: questions, answers, and their branches. */
export class Chat {
  #means;
  #log;
  #talk = { tree: new MessageTree(), head: null }; // what is shown
  #abort = null; // of the answer that streams

  /**
   * @param {object} means
   * @param {import('../history/conversations.js').Conversations} means.conversations
   * @param {import('../history/sidebar.js').Sidebar} means.sidebar
   * @param {import('../models/model.js').ModelPanel} means.models
   * @param {import('../answers/options.js').AnswerOptions} means.options
   * @param {import('../documents/attachments.js').Attachments} means.attachments
   * @param {import('../panel/live.js').LivePanel} means.live
   * @param {{ canAsk: () => boolean, begin: () => void, end: (ended?: object) => void, error: (error: Error) => void, status: (text: string) => void }} means.page
   */
  constructor(means) {
    this.#means = means;
    this.#log = new ChatLog({
      show: (id) => this.#show(id),
      again: (message) => this.#again(message),
      edited: (message, text) => this.#edited(message, text),
    });
  }

  /** Whether an answer is on its way. */
  get answering() {
    return this.#abort !== null;
  }

  stop() {
    this.#abort?.abort();
  }

  /** Shows a conversation that is kept, or a new one. An answer on its way is ended, and kept with its own conversation. */
  async open(head) {
    this.stop();
    const tree = head && await this.#means.conversations.tree(head.id);
    this.#talk = { tree: tree ?? new MessageTree(), head: tree ? head : null };
    this.#log.show(this.#talk.tree);
    await this.#showHead();
  }

  /** Shows what the tab showed before it was reloaded. */
  async restore() {
    const id = noted(OPEN);
    const head = id && (await this.#means.conversations.list()).find((other) => other.id === id);
    if (head && this.#talk.tree.leaf === null) {
      await this.open(head);
    }
  }

  async #showHead() {
    const { head } = this.#talk;
    note(OPEN, head?.id ?? null);
    document.title = head ? `${head.title} – wasm-chord` : 'wasm-chord';
    await this.#means.sidebar.show(head);
  }

  /** Asks below the last message. */
  async ask(text) {
    const { attachments } = this.#means;
    const { tree } = this.#talk;
    const documents = attachments.take();
    const question = tree.add(tree.leaf, { role: 'user', content: text, ...(documents.length > 0 ? { documents } : {}) });
    await this.#answer(question, documents.length > 0, () => {
      tree.remove(question.id);
      attachments.giveBack(documents);
      $('composer-input').value ||= text; // to be asked again
    });
  }

  async #again(message) {
    if (this.#means.page.canAsk()) {
      const { tree } = this.#talk;
      tree.leaf = message.parent;
      await this.#answer(tree.get(message.parent), false, () => tree.show(message.id));
    }
  }

  async #edited(message, text) {
    if (this.#means.page.canAsk()) {
      const { tree } = this.#talk;
      const before = tree.leaf;
      const { documents } = message;
      const question = tree.add(message.parent, { role: 'user', content: text, ...(documents ? { documents } : {}) });
      await this.#answer(question, false, () => {
        tree.remove(question.id);
        tree.leaf = before;
      });
    }
  }

  async #show(id) {
    if (this.#means.page.canAsk()) {
      this.#talk.tree.show(id);
      this.#log.show(this.#talk.tree);
      await this.#keep(this.#talk);
    }
  }

  /**
   * @param {object} question the message to answer
   * @param {boolean} fit whether its documents must be made to fit first
   * @param {() => void} withdraw takes the question back, where nothing came
   */
  async #answer(question, fit, withdraw) {
    const { page, live: panel } = this.#means;
    const talk = this.#talk;
    const abort = new AbortController();
    this.#abort = abort;
    this.#log.show(talk.tree);
    const live = this.#log.beginAnswer();
    page.begin();
    panel.begin();
    let ended = {};
    try {
      if (fit) {
        question.documents = await this.#fitted(talk.tree, question, abort.signal);
        this.#log.refresh(question, talk.tree);
      }
      ended = await askModel(this.#means.models.current, this.#request(talk.tree, question, abort.signal), live, panel);
      await this.#end(talk, question, live, ended);
    } catch (error) {
      const stopped = error.code === 'cancelled';
      if (!stopped) {
        page.error(error);
      }
      if (live.begun) {
        await this.#end(talk, question, live, { note: stopped ? 'Stopped.' : 'Broken off.' });
      } else {
        live.remove();
        if (talk === this.#talk) {
          withdraw();
          this.#log.show(talk.tree);
        }
      }
    } finally {
      if (this.#abort === abort) {
        this.#abort = null;
      }
      page.end(ended);
    }
  }

  /** Keeps an answer that has ended, and shows it where its conversation is still shown. */
  async #end(talk, question, live, { note, timings, tokens, steps }) {
    const speed = timings?.tokens_per_second > 0 ? `${timings.tokens_per_second.toFixed(1)} tokens/s` : '';
    live.end(note);
    const answer = talk.tree.add(question.id, {
      role: 'assistant', content: live.text, speed,
      note: note || (live.text ? '' : 'The model gave no answer.'),
      ...(live.thoughts ? { reasoning_content: live.thoughts } : {}),
      ...(steps?.length > 0 ? { steps } : {}),
      ...(tokens ? { tokens } : {}),
    });
    if (talk === this.#talk) {
      this.#log.place(live, answer, talk.tree);
    } else {
      live.remove();
    }
    await this.#keep(talk);
  }

  async #keep(talk) {
    talk.head = await this.#means.conversations.keep(talk.head, talk.tree);
    if (talk === this.#talk) {
      await this.#showHead();
    }
  }

  /** What of the documents fits beside the conversation and the answer. */
  async #fitted(tree, question, signal) {
    const { models: { current: model, embedder }, options } = this.#means;
    const { contextLength } = model.modelInfo();
    const before = tree.messages(question.parent);
    const said = [options.system, ...before.map(({ content }) => content ?? ''), question.content].join('\n');
    const taken = (await model.tokenize(said, { addSpecial: false })).length + (before.length + 2) * AROUND;
    const answer = Math.min(options.sampling.max_tokens ?? contextLength, contextLength >> 2);
    return fitted(question.documents, question.content, { model, embedder, room: contextLength - taken - answer, signal });
  }

  #request(tree, question, signal) {
    const { options, page } = this.#means;
    const shared = {
      signal,
      onProgress: ({ loaded, total }) => page.status(loaded < total ? `Reading the conversation: ${loaded} of ${total} tokens` : 'Answering'),
      ...options.sampling,
      ...options.form,
      ...(options.recordsTokens ? { logprobs: true, top_logprobs: ALTERNATIVES } : {}),
    };
    if (options.continuesText) {
      return { prompt: question.content, tools: [], options: shared };
    }
    const system = options.system ? [{ role: 'system', content: options.system }] : [];
    const { tools, required } = options.tools;
    return {
      messages: [...system, ...tree.messages(question.id)], tools,
      options: { ...shared, ...(required && tools.length > 0 ? { tool_choice: 'required' } : {}) },
    };
  }
}
