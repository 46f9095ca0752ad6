import type { AchievementRecord } from '../../src/achievements/achievement.record.js';
import type { StoredAchievement } from '../../src/achievements/achievement.store.js';
import type { AchievementStatus, DisclosureTier } from '../../src/achievements/vocabularies.js';
import type { TestApp } from '../harness.js';
import type { Seed, SeededOrganisation, SeededPerson } from '../seed.js';
import type { Markers, Role } from './roles.js';

/** A person in a role, with that role's credential. */
export interface Actor {
  role: Role;
  token: string | undefined;
  /** Null for ANONYMOUS. */
  person: SeededPerson | null;
  /** The organisation in which the person has the role, if any. */
  organisation: SeededOrganisation | null;
  /** TOTP secret, if the account has two-factor authentication. */
  totpSecret: string | null;
}

export interface World {
  t: TestApp;
  s: Seed;
  own: SeededOrganisation;
  other: SeededOrganisation;
  investor: SeededOrganisation;
  unverified: SeededOrganisation;
  actors: Record<Role, Actor>;
  /** A person without a role in the table, who owns the objects that are foreign to all roles. */
  stranger: SeededPerson;
  /** Global ids of what was seeded, by label. */
  ids: Record<string, string>;
  markers: Markers;
  /** Creates another person in the same role, for calls that end or change the account. */
  again(role: Role): Promise<Actor>;
  /** Creates a complete achievement, of OWN by default; returns its UUID. */
  entry(
    status: AchievementStatus,
    wish?: { institution?: SeededOrganisation; record?: Partial<AchievementRecord> },
  ): Promise<string>;
  evidence(achievementId: string, tier: DisclosureTier, text?: string): Promise<string>;
  insert(table: string, row: Record<string, unknown>): Promise<string>;
  /** Creates an API key of the person; returns its secret. */
  apiKey(owner: SeededPerson, scopes: string[]): Promise<string>;
  /** A number that is unique in the world, for unique names. */
  serial(): number;
  /** An achievement in the form that the store accepts. */
  stored(
    status: AchievementStatus,
    institution: SeededOrganisation,
    record: AchievementRecord,
    revision?: number,
  ): StoredAchievement;
  /** Inserts achievements into the database as their writers do, with the indexing jobs. */
  save(list: StoredAchievement[]): Promise<void>;
}

export interface UploadedFile {
  name: string;
  content: string;
}

/** Arguments for calling a root field. */
export interface Call {
  variables: Record<string, unknown>;
  file?: UploadedFile;
}

/** One way of calling a root field. */
export interface Case {
  /** The subject's name in the table. */
  label: string;
  /** True if the call ends or changes the account or its rights: another person in the role makes it. */
  fresh?: boolean;
  /** True if concurrent calls would conflict, such as two imports of one institution. */
  alone?: boolean;
  /** Creates the object of the call, new for each call. */
  call(actor: Actor): Promise<Call> | Call;
}

export type Cases = Record<string, Case[]>;

/** An object whose fields are all tried in every role, with the path from the root to it. */
export interface Subject {
  type: string;
  label: string;
  /** Fields on the path from the root; of a list, the first entry is taken. */
  steps: string[];
  /** Type condition for the last step, if that returns an interface. */
  on?: string;
  /** Type condition after the first step, if that returns an interface. */
  within?: string;
  variables: Record<string, unknown>;
}

/** Functions that create subjects. */
export interface Ways {
  /** The global id of the world's object with a label. */
  id(label: string): string;
  /** A node by its id; a label that begins with "of " is shown in the table without it. */
  node(type: string, label?: string): Subject;
  /** An object below a root field that takes the id of the object labelled `on`. */
  below(type: string, label: string, on: string, ...steps: string[]): Subject;
  /** An object below a root field without variables. */
  plain(type: string, label: string, ...steps: string[]): Subject;
}

/** A domain's part of the table of rights: one file in domains/ and one line in domains.ts. */
export interface RightsDomain {
  /** Adds the domain's objects to the world, with markers in confidential places. */
  fill?(w: World): Promise<void>;
  /** The objects whose fields are all tried in every role. */
  subjects?(ways: Ways): Subject[];
  /** Types without a subject of their own, with the reason. Their fields are selected wherever they occur. */
  valueTypes?: Record<string, string>;
  /** Cases for every query of the domain. */
  queries?(w: World): Cases;
  /**
   * Cases for every mutation of the domain, each on an object of its own, so that an outcome depends on the right
   * alone.
   */
  mutations?(w: World): Cases;
  /** Text columns that hold no marker, by reason. A new text column must be listed here or get a marker in `fill`. */
  unmarked?: Record<string, string[]>;
}
