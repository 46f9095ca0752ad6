/** Calibration of reviews: `fitCalibration` for cohorts (keys, any order), `calibrate` for arrays. */
export { calibrate } from './calibrate.js';
export {
  CALIBRATION_MODEL,
  fitCalibration,
  type Fit,
  type FittedEntry,
  type FittedReviewer,
  type IndustryContrast,
} from './fit.js';
export { describeInput, type FitInput } from './input.js';
export type { Calibration, Favour, KnownEffects, Reviews, Scale, Variances } from './model.js';
