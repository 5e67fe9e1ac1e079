import { $, button, download, element, iconButton } from '../base/dom.js';
import { toast } from '../base/toast.js';

const NARROW = '(max-width: 52rem)'; // as in layout.css
const DAY = 24 * 60 * 60 * 1000;

/** When a conversation was changed, as a heading. */
function age(changed) {
  const today = new Date().setHours(0, 0, 0, 0);
  return changed >= today ? 'Today' : changed >= today - DAY ? 'Yesterday' : changed >= today - 7 * DAY ? 'This week' : 'Earlier';
}

/** The list of conversations: open, find, rename, export, import and delete them. */
export class Sidebar {
  #conversations;
  #open;
  #current = null;
  #asked = 0; // the last listing that was asked for; an earlier one may come later

  /**
   * @param {import('./conversations.js').Conversations} conversations
   * @param {(head: object | null) => void} open shows a conversation, or a new one for null
   */
  constructor(conversations, open) {
    this.#conversations = conversations;
    this.#open = open;
    conversations.onChange = () => this.refresh();
    $('search').addEventListener('input', () => this.refresh());
    $('export-all').addEventListener('click', async () => this.#save(await conversations.export(), 'conversations'));
    $('import').addEventListener('change', () => this.#import());
    for (const id of ['open-sidebar', 'close-sidebar']) {
      $(id).addEventListener('click', () => this.toggle());
    }
    $('scrim').addEventListener('click', () => this.toggle(false));
    matchMedia(NARROW).addEventListener('change', () => this.toggle(false));
    $('sidebar').addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && document.body.classList.contains('sidebar-open')) {
        this.toggle(false);
      }
    });
    this.refresh();
  }

  /** Shows or hides the list where the window is narrow. */
  toggle(open = !document.body.classList.contains('sidebar-open')) {
    document.body.classList.toggle('sidebar-open', open);
    $('stage').inert = open; // below the list
    $('open-sidebar').setAttribute('aria-expanded', String(open));
    if (open) {
      $('close-sidebar').focus();
    } else if ($('sidebar').contains(document.activeElement)) {
      $('open-sidebar').focus();
    }
  }

  /** Marks the conversation that is shown. */
  async show(head) {
    this.#current = head?.id ?? null;
    await this.refresh();
  }

  async refresh() {
    const asked = ++this.#asked;
    const words = $('search').value.trim();
    const heads = await (words ? this.#conversations.search(words) : this.#conversations.list());
    if (asked !== this.#asked || $('conversations').querySelector('input')) {
      return; // a later listing is on its way, or a title is being written
    }
    const rows = [];
    let last = null;
    for (const head of heads) {
      if (age(head.changed) !== last) {
        last = age(head.changed);
        rows.push(element('li', 'age', last));
      }
      rows.push(this.#row(head));
    }
    $('conversations').replaceChildren(...rows);
    $('no-conversations').hidden = heads.length > 0;
    $('no-conversations').textContent = words ? 'No conversation has these words.'
        : await this.#conversations.lasting() ? 'Conversations are kept here, on this machine only.'
            : 'This browser keeps nothing for this page; conversations last until it is closed.';
  }

  #row(head) {
    const item = element('li', 'conversation-row');
    const open = button('title', head.title || 'Untitled', () => {
      this.toggle(false);
      this.#open(head);
    });
    open.title = head.title;
    if (head.id === this.#current) {
      item.classList.add('current');
      open.setAttribute('aria-current', 'true');
    }
    const what = head.title || 'untitled';
    item.append(open,
      iconButton('edit', `Rename ${what}`, () => this.#rename(item, head)),
      iconButton('download', `Export ${what}`, async () => this.#save(await this.#conversations.export([head]), head.title)),
      iconButton('trash', `Delete ${what}`, () => this.#remove(head)));
    return item;
  }

  #rename(item, head) {
    const input = element('input');
    input.value = head.title;
    input.maxLength = 200;
    input.setAttribute('aria-label', 'Title');
    let over = false;
    const end = async (keep) => {
      if (!over) {
        over = true;
        input.remove();
        if (keep && input.value.trim()) {
          await this.#conversations.rename(head, input.value);
        }
        await this.refresh();
      }
    };
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === 'Escape') {
        event.stopPropagation();
        end(event.key === 'Enter');
      }
    });
    input.addEventListener('blur', () => end(true));
    item.replaceChildren(input);
    input.select();
  }

  async #remove(head) {
    const restore = await this.#conversations.remove(head);
    if (head.id === this.#current) {
      this.#open(null);
    }
    await this.refresh();
    toast(`“${head.title}” was deleted.`, {
      label: 'Undo',
      act: async () => {
        await restore();
        await this.refresh();
      },
    });
  }

  #save(text, title) {
    download(`${title.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 40) || 'conversation'}.json`, 'application/json', text);
  }

  async #import() {
    const [file] = $('import').files;
    $('import').value = '';
    if (file) {
      try {
        const count = await this.#conversations.import(file);
        await this.refresh();
        toast(count === 1 ? 'One conversation was imported.' : `${count} conversations were imported.`);
      } catch (error) {
        toast(error.message);
      }
    }
  }
}
