import { preferredLanguage } from '../lib/accept-language.js';
import type { Language } from '../lib/messages/message.js';
import type { RequestState } from './request-state.js';

/** The language that an Accept-Language header prefers; null where it names neither Chinese nor English. */
export function languageAsked(header: string | undefined): Language | null {
  const found = preferredLanguage(header, ['zh', 'en'] as const);
  return found === null ? null : found === 'en' ? 'EN' : 'ZH';
}

/**
 * The language of a request's errors and reports: the one that it asks for, else the account's, else English, which
 * clients that state no language have always got.
 */
export function messageLanguage(state: Pick<RequestState, 'acceptLanguage' | 'viewer'> | undefined): Language {
  return languageAsked(state?.acceptLanguage) ?? state?.viewer?.locale ?? 'EN';
}
