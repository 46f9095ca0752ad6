/**
 * Calibration of reviews: `fitCalibration` takes a cohort's reviews with keys in any order, `calibrate` takes arrays.
 */
export { calibrate } from './calibrate.js';
export { fitCalibration, type Fit } from './fit.js';
export { describeInput, type FitInput } from './input.js';
export type { Calibration, KnownEffects, Reviews, Scale } from './model.js';
