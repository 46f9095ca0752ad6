/** Calibration of reviews: `fitCalibration` for cohorts (keys, any order), `calibrate` for arrays. */
export { calibrate } from './calibrate.js';
export { fitCalibration, type Fit } from './fit.js';
export { describeInput, type FitInput } from './input.js';
export type { Calibration, KnownEffects, Reviews, Scale } from './model.js';
