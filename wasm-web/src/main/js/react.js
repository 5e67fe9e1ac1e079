'use client';

/* A chat as a hook of React's: see wasm-chord/react's types. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { WasmChord, WasmChordError } from './wasm-chord.js';

/** What tells models apart: `{ repo, file }` may be another object at each render. */
const keyOf = (model) => (Object.getPrototypeOf(model ?? 0) === Object.prototype ? JSON.stringify(model) : model);

/** An answer with what a chunk adds to it. */
function longer(answer, { content, reasoning_content: thought }) {
  return {
    ...answer,
    content: answer.content + (content ?? ''),
    ...(thought ? { reasoning_content: (answer.reasoning_content ?? '') + thought } : {}),
  };
}

export function useWasmChord({ model, options, params, messages: first = [] }) {
  const [loaded, setLoaded] = useState({ chord: null, progress: null, error: null });
  const [answering, setAnswering] = useState(false);
  const [messages, showMessages] = useState(first);
  const said = useRef(first);
  const running = useRef(null); // ends the answer that is being written
  const wanted = model !== null && model !== undefined;

  const setMessages = useCallback((list) => {
    said.current = list;
    showMessages(list);
  }, []);
  const stop = useCallback(() => running.current?.abort(), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other options do not load the model again
  useEffect(() => {
    setLoaded({ chord: null, progress: null, error: null });
    if (!wanted) {
      return undefined;
    }
    const gone = new AbortController();
    const tell = (what) => !gone.signal.aborted && setLoaded((before) => ({ ...before, ...what }));
    const loading = WasmChord.load(model, { ...options, signal: gone.signal, onProgress: (progress) => tell({ progress }) });
    loading.then((chord) => tell({ chord, progress: null }), (error) => tell({ error }));
    return () => {
      gone.abort();
      stop();
      loading.then((chord) => chord.dispose(), () => {});
    };
  }, [keyOf(model)]);

  const { chord } = loaded;
  const send = async (content, more) => {
    if (!chord || running.current) {
      throw new WasmChordError('busy', chord ? 'an answer is being written; stop it, or wait for its end' : 'no model is loaded yet; wait for the state ready');
    }
    const before = said.current;
    const question = [...before, { role: 'user', content }];
    let answer = { role: 'assistant', content: '' };
    const control = new AbortController();
    running.current = control;
    setAnswering(true);
    setLoaded((now) => ({ ...now, error: null }));
    setMessages([...question, answer]);
    try {
      const chunks = await chord.chat.completions.create({ ...params, ...more, messages: question, stream: true, signal: control.signal });
      for await (const { choices } of chunks) {
        answer = choices.length > 0 ? longer(answer, choices[0].delta) : answer;
        setMessages([...question, answer]);
      }
    } catch (error) {
      if (!control.signal.aborted) { // what was said before the stop stays
        setMessages(before);
        setLoaded((now) => ({ ...now, error }));
      }
    } finally {
      running.current = null;
      setAnswering(false);
    }
    return answer.content;
  };

  const failed = loaded.error && !chord;
  const state = !wanted ? 'idle' : failed ? 'failed' : !chord ? 'loading' : answering ? 'answering' : 'ready';
  return { ...loaded, state, messages, setMessages, send, stop };
}
