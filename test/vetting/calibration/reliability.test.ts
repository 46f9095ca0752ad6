import { describe, expect, it } from 'vitest';
import {
  iccOneWay,
  iccTwoWay,
  krippendorffAlpha,
  reliabilityOf,
} from '../../../src/vetting/calibration/reliability.js';
import { uniform } from '../../../src/lib/random.js';

/** Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", example C: four observers, twelve units, some missing. */
const observers = [
  [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
  [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
];
const units = observers[0]!.map((_, u) =>
  observers.map((row) => row[u]!).filter((score) => (score as number | null) !== null),
);

/** Shrout & Fleiss 1979, table 2: six targets, four judges. */
const targets = [
  [9, 2, 5, 8],
  [6, 1, 3, 2],
  [8, 4, 6, 8],
  [7, 1, 2, 6],
  [10, 5, 6, 9],
  [6, 2, 4, 7],
];

describe('reliability', () => {
  it('gives Krippendorff’s alpha of the published example', () => {
    expect(krippendorffAlpha(units)).toBeCloseTo(0.849, 3);
  });

  it('gives the intraclass correlations of the published example', () => {
    expect(iccOneWay(targets)).toBeCloseTo(0.17, 2);
    expect(iccTwoWay(targets)!.agreement).toBeCloseTo(0.29, 2);
    expect(iccTwoWay(targets)!.consistency).toBeCloseTo(0.71, 2);
  });

  it('does not care where the scale begins', () => {
    const shifted = units.map((unit) => unit.map((score) => score + 1e6));
    expect(krippendorffAlpha(shifted)).toBeCloseTo(krippendorffAlpha(units)!, 9);
  });

  it('says nothing where nothing can be said', () => {
    expect(krippendorffAlpha([[1, 2]])).toBeNull();
    expect(krippendorffAlpha([[3, 3], [3, 3], [4]])).toBeNull();
    expect(
      iccOneWay([
        [3, 3],
        [3, 3],
      ]),
    ).toBeNull();
    expect(reliabilityOf([])).toEqual({ units: 0, alpha: null, icc: null });
    expect(() => iccTwoWay([[1, 2], [1]])).toThrow(RangeError);
  });

  it('puts an interval around both figures that holds the truth and narrows with more doubles, the same every time', () => {
    const random = uniform(5);
    const normal = () => Array.from({ length: 12 }, random).reduce((a, b) => a + b, -6);
    // True reliability of one panel: 1 / (1 + .5) = .667.
    const doubles = Array.from({ length: 400 }, () => {
      const quality = normal();
      return [quality + Math.sqrt(0.5) * normal(), quality + Math.sqrt(0.5) * normal()];
    });
    const all = reliabilityOf(doubles);
    const few = reliabilityOf(doubles.slice(0, 40));
    for (const figure of [all.alpha!, all.icc!, few.alpha!, few.icc!]) {
      expect(figure.low).toBeLessThan(0.667);
      expect(figure.high).toBeGreaterThan(0.667);
      expect(figure.low).toBeLessThan(figure.value);
      expect(figure.high).toBeGreaterThan(figure.value);
    }
    expect(all.alpha!.high - all.alpha!.low).toBeLessThan(0.6 * (few.alpha!.high - few.alpha!.low));
    expect(reliabilityOf(doubles)).toEqual(all);
  });
});
