import { codeOf, messagesOf, type Language, type Message, type ParamArguments } from '../lib/messages/message.js';
import { renderer } from '../lib/messages/render.js';
import { dayMessages } from '../lib/day.messages.js';
import { tabularMessages } from '../lib/tabular/tabular.messages.js';
import { importFileMessages } from './import-file.messages.js';
import { achievementsMessages } from './achievements.messages.js';
import { identityMessages } from './identity.messages.js';
import { importMessages } from './import.messages.js';
import { matchingMessages } from './matching.messages.js';
import { partiesMessages } from './parties.messages.js';
import { requestsMessages } from './requests.messages.js';
import { searchMessages } from './search.messages.js';
import { sharedMessages } from './shared.messages.js';
import { thingsMessages } from './things.messages.js';
import { vettingMessages } from './vetting.messages.js';

/**
 * Every sentence that the program says to people through the API, in Chinese and English. To add one, write an entry
 * into the file of its domain: its key is the stable code, with a point and a word where the code has other sentences.
 */
export const catalogue = {
  ...dayMessages,
  ...tabularMessages,
  ...importMessages,
  ...importFileMessages,
  ...achievementsMessages,
  ...identityMessages,
  ...matchingMessages,
  ...partiesMessages,
  ...requestsMessages,
  ...searchMessages,
  ...sharedMessages,
  ...thingsMessages,
  ...vettingMessages,
} as const;

export type Entries = typeof catalogue;
export type MessageKey = keyof Entries & string;

export type Said = Message;

/** Makes a message of the catalogue. */
export const say = messagesOf(catalogue);

/** A stable code with its sentence: what the problem of a cell, a field or a row says. */
export interface Coded {
  code: string;
  message: Said;
}

/** Makes a code with its sentence; the code is the beginning of the key (`TOO_LONG.cell` has the code TOO_LONG). */
export function coded<K extends MessageKey>(key: K, ...params: ParamArguments<Entries[K]>): Coded {
  return { code: codeOf(key), message: say(key, ...params) };
}

const render = renderer(catalogue);

/** Puts a message into words of a language. */
export function inWords(language: Language, said: Said): string {
  return render(language, said);
}

/** English words of a message, for logs, for errors that nobody translates, and for tests. */
export const inEnglish = (said: Said): string => inWords('EN', said);
