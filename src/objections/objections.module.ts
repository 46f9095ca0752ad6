import type { Module } from '../kernel/module.js';
import { Objection } from './objection.entity.js';

/**
 * Objections against what was proposed in public. The process that made the proposal (such as vetting) reads and
 * answers them.
 */
export const objectionsModule: Module = {
  name: 'objections',
  entities: [Objection],
};
