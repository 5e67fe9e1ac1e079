import { AnswerOptions } from './answers/options.js';
import { Settings } from './answers/settings.js';
import { $, button, element } from './base/dom.js';
import { bytes } from './base/format.js';
import { placeIcons } from './base/icons.js';
import { Chat } from './chat/chat.js';
import { Attachments } from './documents/attachments.js';
import { Conversations } from './history/conversations.js';
import { Sidebar } from './history/sidebar.js';
import { acceptDrops } from './models/drops.js';
import { ModelPanel } from './models/model.js';
import { loadLinked } from './models/offer.js';
import { keepPage, offerInstall } from './offline.js';
import { Benchmark } from './panel/benchmark.js';
import { LivePanel } from './panel/live.js';
import { tabs } from './panel/tabs.js';

const DEMO = new URL('../models/wasm-chord-demo-q4_k_m.gguf', import.meta.url).href;
const SUGGESTIONS = ['Tell me a story about a brave owl named Tess.', 'What is the capital of Japan?', 'My name is Kelra.', 'Who are you?', 'Tell me a joke.'];
const NO_MODEL = 'No model is loaded; open Models to load one.';

placeIcons();
const settings = new Settings();
const attachments = new Attachments();
const live = new LivePanel();

settings.onFormat = () => {
  $('send').disabled = !canAsk();
  $('composer-input').placeholder = settings.continuesText ? 'Begin a text; the model goes on with it' : 'Write a message';
  if (document.body.dataset.state === 'ready') {
    showReady();
  }
};

function say(text) {
  $('status').textContent = text;
}

function showReady() {
  if (canChat(models.current)) {
    say(settings.needsTemplate ? 'Choose a chat template.' : 'Ready');
  } else {
    say(models.current ? 'This model cannot chat.' : NO_MODEL);
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
  const { served } = model.modelInfo();
  if (served) {
    return `The server at ${served} computes this model. What you type is sent there, and nowhere else.`;
  }
  if (!canChat(model)) {
    return 'This is an embedding model: it gives vectors and cannot chat. A program asks it with embeddings.create; to chat, open Models and load a language model.';
  }
  return demo
      ? 'This is a very small model (5 million parameters), trained for this project. It tells short stories, knows a few facts, adds up to 20 and remembers your name; beyond that it is often wrong. It runs in this page, and nothing you type leaves it.'
      : 'The model runs in this page, and nothing you type leaves it.';
}

/** The model of which this page can tell how fast it is. */
function measurable() {
  return models.current?.modelInfo().served ? null : models.current;
}

function idle() {
  setState(canChat(models.current) ? 'ready' : 'empty');
}

function showError(error) {
  $('error-text').textContent = error.code === 'cancelled' ? 'Loading was cancelled.' : [error.message, error.code && `(${error.code})`].filter(Boolean).join(' ');
  $('error').hidden = false;
}

async function showStats(timings) {
  const model = models.current;
  const use = await model.memory();
  const { threads, served } = model.modelInfo();
  const parts = served ? [`by ${served}`] : [threads === 1 ? 'one thread' : `${threads} threads`, `memory ${bytes(use.linearBytes)}`];
  if (timings) {
    parts.unshift(`first token ${Math.round(timings.first_token_ms)} ms`);
    if (timings.tokens_per_second > 0) {
      parts.unshift(`${timings.tokens_per_second.toFixed(1)} tokens/s`);
    }
  }
  $('stats').textContent = parts.join(' · ');
}

/** Figures of a model that has gone are not missed. */
function unlessDisposed(error) {
  if (error.code !== 'disposed') {
    throw error;
  }
}

const models = new ModelPanel({
  onBusy(label) {
    chat.stop();
    benchmark.use(null);
    $('offer').hidden = true;
    $('error').hidden = true;
    say(`Loading ${label}`);
    setState('loading');
  },
  onReady(model) {
    settings.showModel(model.modelInfo());
    const { name } = model.modelInfo();
    const demo = name.toLowerCase().includes('demo');
    $('about').textContent = about(model, demo);
    $('suggestions').hidden = !demo;
    benchmark.use(measurable());
    live.show(model);
    showReady();
    idle();
    showStats();
    $('composer-input').focus();
    keepPage();
  },
  onEmbedder(model) {
    benchmark.use(measurable());
    idle();
    say(`${model.modelInfo().name} finds passages in documents from now on.`);
  },
  onError(error) {
    showError(error);
    benchmark.use(measurable());
    say(models.current ? 'The model from before is still there.' : NO_MODEL);
    idle();
  },
});

const benchmark = new Benchmark((busy) => {
  if (busy) {
    setState('measuring');
    say('Measuring');
  } else if (document.body.dataset.state === 'measuring') {
    showReady();
    idle();
  }
});

const conversations = new Conversations();
const sidebar = new Sidebar(conversations, (head) => chat.open(head));
const chat = new Chat({
  conversations, sidebar, models, attachments, live,
  options: new AnswerOptions(settings),
  page: {
    canAsk,
    status: say,
    error: showError,
    begin() {
      $('error').hidden = true;
      setState('generating');
      say('Answering');
    },
    end({ timings, usage }) {
      if (chat.answering) {
        return; // another one has begun
      }
      if (models.current) {
        Promise.all([live.end({ timings, usage }), timings && showStats(timings)]).catch(unlessDisposed);
      }
      if (document.body.dataset.state === 'generating') {
        showReady();
        idle();
      }
    },
  },
});

function submit() {
  const text = $('composer-input').value.trim();
  if (text && canAsk()) {
    $('composer-input').value = '';
    chat.ask(text);
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
  if (event.key === 'Escape' && chat.answering && !document.querySelector('dialog[open]')) {
    chat.stop();
  }
});
$('stop').addEventListener('click', () => chat.stop());
$('new-chat').addEventListener('click', () => {
  sidebar.toggle(false);
  chat.open(null);
  $('composer-input').focus();
});
$('dismiss-error').addEventListener('click', () => { $('error').hidden = true; });
$('load-demo').addEventListener('click', () => models.load(DEMO, 'the demo model'));

function showPanel(open) {
  $('panel').hidden = !open;
  $('open-panel').setAttribute('aria-expanded', String(open));
}

$('open-panel').addEventListener('click', () => showPanel($('panel').hidden));
$('close-panel').addEventListener('click', () => {
  showPanel(false);
  $('open-panel').focus();
});
tabs($('panel-tabs'));

for (const text of SUGGESTIONS) {
  const item = element('li');
  item.append(button('', text, () => {
    if (canAsk()) {
      chat.ask(text);
    }
  }));
  $('suggestions').append(item);
}

acceptDrops({ models: (files) => models.fromFiles(files), documents: (files) => attachments.add(files) });
offerInstall();
chat.restore();

const wanted = new URLSearchParams(location.search).get('model');
const none = () => {
  say(NO_MODEL);
  idle();
};
if (wanted === 'none') {
  none();
} else if (wanted === null) {
  models.load(DEMO, 'the demo model');
} else if (loadLinked(wanted, (address) => models.load(address, address), none)) {
  say('No model is loaded yet.');
  idle();
}
