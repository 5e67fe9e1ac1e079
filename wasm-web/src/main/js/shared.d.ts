import type { ServedModels } from './openai.js';

export interface ShareOptions {
  /** Tabs that give the same name share; `engine` by default. */
  name?: string;
  /** Loads the model, or several by name. Called in the tab that leads, when the first request comes; again after it failed, or in the next tab. */
  load: () => ServedModels | Promise<ServedModels>;
  /** This tab leads from now on: the engine will live here. */
  onLead?: () => void;
}

/** The part of one tab in an engine that all tabs of an origin share. */
export interface SharedEngine {
  /**
   * OpenAI's interface, as {@link openaiFetch} has it, answered by the tab that leads. If that tab is closed, the next one leads and loads the model; what
   * was asked is asked again. A stream of which a part had come ends with an error of code `engine_lost`.
   */
  readonly fetch: typeof fetch;
  /** Whether the engine is, or will be, in this tab. */
  readonly leads: boolean;
  /** Resolves when the model is loaded, wherever that is; rejects with why it could not be. */
  ready(): Promise<void>;
  /** Leaves; where this tab leads, the model is disposed of and the next tab has its turn. A tab that is closed leaves by itself. */
  close(): Promise<void>;
}

/**
 * Shares an engine with the other tabs of this origin:
 *
 *     const shared = shareEngine({ load: () => WasmChord.load(url) });
 *     const client = new OpenAI({ baseURL: 'http://engine/v1', apiKey: 'none', dangerouslyAllowBrowser: true, fetch: shared.fetch });
 *
 * It needs BroadcastChannel and Web Locks, which browsers have on https; elsewhere it throws `unsupported_browser`.
 */
export declare function shareEngine(options: ShareOptions): SharedEngine;
