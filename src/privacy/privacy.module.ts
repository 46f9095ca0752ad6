import type { Module } from '../kernel/module.js';
import { PrivacyResolver } from './privacy.resolver.js';

/** Export and erasure of the data held on a person. */
export const privacyModule: Module = {
  name: 'privacy',
  resolvers: [PrivacyResolver],
};
