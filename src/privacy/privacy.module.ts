import type { Module } from '../kernel/module.js';
import { authoredExports, eraseAuthored } from './authored.personal-data.js';
import { PrivacyResolver } from './privacy.resolver.js';

/** Export and erasure of the data held on a person. */
export const privacyModule: Module = {
  name: 'privacy',
  resolvers: [PrivacyResolver],
  personalData: [{ part: 'authored', exports: authoredExports, erase: eraseAuthored }],
};
