import { codeOf, type Message } from '../../lib/messages/message.js';
import { inWords, type Said } from '../../messages/catalogue.js';

/** How a sentence is stored: as key and parameters; `message` holds the words of rows from before the catalogue. */
export interface StoredMessage {
  message: string | null;
  message_key: string | null;
  message_params: Message['params'] | null;
}

export function storedMessage(said: Said): StoredMessage {
  return { message: null, message_key: said.key, message_params: said.params ?? null };
}

/** A fault of a run as it is stored; `message` holds the words of faults from before the catalogue. */
export interface StoredFault {
  code: string;
  line: number | null;
  said?: Message;
  message?: string;
}

export function importFault(said: Message, line: number | null = null): StoredFault {
  return { code: codeOf(said.key), line, said };
}

/** The words of a stored fault in a language. */
export function faultInWords(language: 'ZH' | 'EN', { said, message, code }: StoredFault): string {
  return said ? inWords(language, said) : (message ?? code);
}
