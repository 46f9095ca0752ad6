import type { CooperationMode, LicenceKind } from '../../achievements/vocabularies.js';
import { normalised } from '../../lib/text.js';
import { coded } from '../../messages/catalogue.js';
import { comparable } from '../../text/normalise.js';
import type { Labels } from './names.js';
import { isProblem, splitList, type CellProblem } from './values.js';

/** A way of cooperation that a cell names, with the kind of its licence. */
export interface ReadCooperation {
  mode: CooperationMode;
  licenceKind: LicenceKind | null;
}

/** Words that leave the way open: each way by which a right passes to another party is offered. */
const ANY_WAY = /^(?:均可|皆可|都可|都可以|均可以|不限|不限方式|方式不限|多种方式|多种方式均可|any|all)$/i;
const EVERY_WAY: readonly CooperationMode[] = ['ASSIGNMENT', 'LICENCE', 'JOINT', 'EQUITY'];

/** Reads a list of cooperation modes, such as 作价入股、技术许可 or 转让/许可; 均可 stands for all of them. */
export function readCooperations(labels: Labels, text: string): ReadCooperation[] | CellProblem {
  const ways: ReadCooperation[] = [];
  for (const item of splitList(text)) {
    if (ANY_WAY.test(item.trim())) {
      ways.push(...EVERY_WAY.map((mode) => ({ mode, licenceKind: null })));
      continue;
    }
    const one = findCooperation(labels, item);
    if (!isProblem(one)) {
      ways.push(one);
      continue;
    }
    const parts = item.split(/[/／&+]|或者|或|及|和/).filter((part) => part.trim() !== '');
    const read = parts.map((part) => findCooperation(labels, part));
    if (parts.length < 2 || read.some(isProblem)) return one;
    ways.push(...(read as ReadCooperation[]));
  }
  return ways.filter(
    (way, i) => ways.findIndex((other) => other.mode === way.mode && other.licenceKind === way.licenceKind) === i,
  );
}

/**
 * Reads a cooperation mode with its kind of licence from a text such as "许可(独占)", "独占许可", "LICENCE/EXCLUSIVE" or "转让".
 */
function findCooperation(labels: Labels, text: string): ReadCooperation | CellProblem {
  const plain = normalised(text, 'NFKC').trim();
  const kind = labels.licenceKind.get(comparable(plain));
  if (kind) return { mode: 'LICENCE', licenceKind: kind };
  const mode = labels.cooperationMode.get(comparable(plain));
  if (mode) return { mode, licenceKind: null };
  // The text is cut at its first bracket, slash, colon or hyphen; `comparable` removes brackets and punctuation that
  // remain.
  const cut = plain.search(/[(/:-]/);
  const pairMode = cut === -1 ? undefined : labels.cooperationMode.get(comparable(plain.slice(0, cut)));
  const pairKind = cut === -1 ? undefined : labels.licenceKind.get(comparable(plain.slice(cut)));
  if (pairMode && pairKind) return { mode: pairMode, licenceKind: pairKind };
  return coded('UNKNOWN_CODE.cooperation');
}
