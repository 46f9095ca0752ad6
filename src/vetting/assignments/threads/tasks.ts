import { similarityMatrix, type SimilarityInput } from '../assignments.similarity.js';
import { fitCalibration, type Fit } from '../../calibration/fit.js';
import type { FitInput } from '../../calibration/input.js';
import { compareOnce, type ExtraPlan, type Setting, type YearResult } from '../../evaluation/simulation.js';

/**
 * Computations of vetting that run in a worker thread, by name, because they would block the server's event loop for
 * seconds; pure functions of plain data.
 */
export const threadTasks = {
  similarity: (input: SimilarityInput, progress: (share: number) => void): Float32Array =>
    similarityMatrix(input, progress),
  fit: (inputs: readonly FitInput[]): Fit[] => inputs.map(fitCalibration),
  simulate: ({
    setting,
    seeds,
    plans,
  }: {
    setting: Setting;
    seeds: readonly number[];
    plans: readonly ExtraPlan[];
  }): YearResult[] => seeds.map((seed) => compareOnce(setting, seed, plans)),
};
