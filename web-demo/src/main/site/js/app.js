import { $, element } from './dom.js';
import { bytes } from './format.js';
import { Conversation } from './conversation.js';
import { ModelPanel } from './model.js';
import { Settings } from './settings.js';

const DEMO = new URL('../models/wasm-chord-demo-q4_k_m.gguf', import.meta.url).href;
const SUGGESTIONS = ['Tell me a story about a brave owl named Tess.', 'What is the capital of Japan?', 'My name is Kelra.', 'Who are you?', 'Tell me a joke.'];

const settings = new Settings();
const conversation = new Conversation();
let answering = null; // the AbortController of the answer that streams

settings.onFormat = () => {
  $('send').disabled = !canAsk();
  $('composer-input').placeholder = settings.continuesText ? 'Begin a text; the model goes on with it' : 'Write a message';
  if (document.body.dataset.state === 'ready') {
    showReady();
  }
};

function showReady() {
  if (canChat(panel.current)) {
    $('status').textContent = settings.needsTemplate ? 'Choose a chat template.' : 'Ready';
  } else {
    $('status').textContent = 'This model cannot chat.';
  }
}

function setState(state) {
  document.body.dataset.state = state;
  $('send').hidden = state === 'generating';
  $('stop').hidden = state !== 'generating';
  $('send').disabled = !canAsk();
}

function canAsk() {
  return document.body.dataset.state === 'ready' && !settings.needsTemplate;
}

function canChat(model) {
  return model !== null && model.modelInfo().kind !== 'embedding';
}

function about(model, demo) {
  if (!canChat(model)) {
    return 'This is an embedding model: it gives vectors and cannot chat. A program asks it with embeddings.create; to chat, open Settings and load a language model.';
  }
  return demo
      ? 'This is a very small model (5 million parameters), trained for this project. It tells short stories, knows a few facts, adds up to 20 and remembers your name; beyond that it is often wrong. It runs in this page, and nothing you type leaves it.'
      : 'The model runs in this page, and nothing you type leaves it.';
}

function idle() {
  setState(canChat(panel.current) ? 'ready' : 'empty');
}

function showError(error) {
  $('error-text').textContent = error.code === 'cancelled' ? 'Loading was cancelled.' : `${error.message} (${error.code ?? error.name})`;
  $('error').hidden = false;
}

async function showStats(timings) {
  const model = panel.current;
  const { linearBytes } = await model.memory();
  const { threads } = model.modelInfo();
  const parts = [threads === 1 ? 'one thread' : `${threads} threads`, `memory ${bytes(linearBytes)}`];
  if (timings) {
    parts.unshift(`first token ${Math.round(timings.first_token_ms)} ms`);
    if (timings.tokens_per_second > 0) {
      parts.unshift(`${timings.tokens_per_second.toFixed(1)} tokens/s`);
    }
  }
  $('stats').textContent = parts.join(' · ');
}

const panel = new ModelPanel({
  onBusy(label) {
    answering?.abort();
    $('offer').hidden = true;
    $('error').hidden = true;
    $('status').textContent = `Loading ${label}`;
    setState('loading');
  },
  onReady(model) {
    conversation.clear();
    settings.showModel(model.modelInfo());
    const demo = model.modelInfo().name.toLowerCase().includes('demo');
    $('about').textContent = about(model, demo);
    $('suggestions').hidden = !demo;
    showReady();
    idle();
    showStats();
    $('composer-input').focus();
  },
  onError(error) {
    showError(error);
    $('status').textContent = panel.current ? 'The model from before is still there.' : 'No model is loaded; open Settings to load one.';
    idle();
  },
});

/** How much of the prompt has been read; short ones are not worth saying. */
function showPrefill({ loaded, total }) {
  if (document.body.dataset.state === 'generating') {
    $('status').textContent = loaded < total ? `Reading the conversation: ${loaded} of ${total} tokens` : 'Answering';
  }
}

/** The pieces of an answer: of a chat, or of a text that a model continues. */
function request(text) {
  const common = { stream: true, signal: answering.signal, onProgress: showPrefill, ...settings.request };
  if (settings.continuesText) {
    return panel.current.completions.create({ prompt: text, ...common });
  }
  const system = settings.system ? [{ role: 'system', content: settings.system }] : [];
  return panel.current.chat.completions.create({ messages: [...system, ...conversation.messages], ...common });
}

async function ask(text) {
  $('error').hidden = true;
  conversation.addUser(text);
  const answer = conversation.addAssistant();
  answering = new AbortController();
  setState('generating');
  $('status').textContent = 'Answering';
  let note = '';
  try {
    for await (const { choices: [{ delta, text: more, finish_reason: finish }], timings } of await request(text)) {
      if (delta?.reasoning_content) {
        answer.think(delta.reasoning_content);
      }
      if (delta?.content || more) {
        answer.append(delta?.content || more);
      }
      if (finish) {
        note = finish === 'length' ? 'The limit of tokens was reached.' : '';
        await showStats(timings);
      }
    }
    answer.end(note);
  } catch (error) {
    const stopped = error.code === 'cancelled';
    if (!stopped) {
      showError(error);
    }
    if (answer.begun) {
      answer.end(stopped ? 'Stopped.' : 'Broken off.');
    } else if (answer.withdraw()) {
      $('composer-input').value ||= text; // to be asked again
    }
  } finally {
    answering = null;
    showReady();
    if (document.body.dataset.state === 'generating') {
      idle();
    }
  }
}

function submit() {
  const text = $('composer-input').value.trim();
  if (text && canAsk()) {
    $('composer-input').value = '';
    ask(text);
  }
}

$('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  submit();
});
$('composer-input').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  }
});
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && answering && !$('settings').open) {
    answering.abort();
  }
});
$('stop').addEventListener('click', () => answering?.abort());
$('new-chat').addEventListener('click', () => {
  answering?.abort();
  conversation.clear();
  $('composer-input').focus();
});
$('dismiss-error').addEventListener('click', () => { $('error').hidden = true; });
$('load-demo').addEventListener('click', () => panel.load(DEMO, 'the demo model'));

for (const text of SUGGESTIONS) {
  const button = element('button', '', text);
  button.type = 'button';
  button.addEventListener('click', () => {
    if (canAsk()) {
      ask(text);
    }
  });
  const item = element('li');
  item.append(button);
  $('suggestions').append(item);
}

const AGREED = 'wasm-chord.agreed'; // the address that the visitor said yes to, for as long as the tab is open

function agreed(address) {
  try {
    return sessionStorage.getItem(AGREED) === address;
  } catch {
    return false; // storage is switched off
  }
}

/** Asks before anything is fetched that somebody else's link names. */
function offer(address) {
  $('offer-address').textContent = address;
  $('offer').hidden = false;
  $('status').textContent = 'No model is loaded yet.';
  $('accept-offer').addEventListener('click', () => {
    try {
      sessionStorage.setItem(AGREED, address);
    } catch {
      // then a reload asks again
    }
    panel.load(address, address);
  });
  $('decline-offer').addEventListener('click', () => {
    $('offer').hidden = true;
    $('status').textContent = 'No model is loaded; open Settings to load one.';
  });
  idle();
}

/** Whether an address is of this page's own server. */
function isOwn({ protocol, origin }) {
  return protocol === location.protocol && origin === location.origin;
}

const wanted = new URLSearchParams(location.search).get('model');
if (wanted === 'none') {
  $('status').textContent = 'No model is loaded; open Settings to load one.';
  idle();
} else if (wanted === null) {
  panel.load(DEMO, 'the demo model');
} else {
  const url = URL.canParse(wanted, location.href) ? new URL(wanted, location.href) : null;
  const address = url?.href ?? wanted;
  if ((url && isOwn(url)) || agreed(address)) {
    panel.load(address, address);
  } else {
    offer(address);
  }
}
