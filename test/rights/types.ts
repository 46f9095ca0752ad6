import type { AchievementRecord } from '../../src/achievements/achievement.record.js';
import type { StoredAchievement } from '../../src/achievements/achievement.store.js';
import type { AchievementStatus, DisclosureTier } from '../../src/achievements/vocabularies.js';
import type { TestApp } from '../harness.js';
import type { Seed, SeededOrganisation, SeededPerson } from '../seed.js';
import type { Markers, Role } from './roles.js';

/** Somebody in a role, with the credential of that role. */
export interface Actor {
  role: Role;
  token: string | undefined;
  /** Null for ANONYMOUS. */
  person: SeededPerson | null;
  /** The organisation in which the role stands, if any. */
  organisation: SeededOrganisation | null;
  /** Set where the account has two-factor authentication. */
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
  /** A person of no role, who owns what is foreign to everybody. */
  stranger: SeededPerson;
  /** Global ids of what was seeded, by label. */
  ids: Record<string, string>;
  markers: Markers;
  /** Another person in the same role, for what ends or changes the account. */
  again(role: Role): Promise<Actor>;
  /** A new complete achievement, of OWN unless said otherwise; gives its UUID. */
  entry(
    status: AchievementStatus,
    wish?: { institution?: SeededOrganisation; record?: Partial<AchievementRecord> },
  ): Promise<string>;
  evidence(achievementId: string, tier: DisclosureTier, text?: string): Promise<string>;
  insert(table: string, row: Record<string, unknown>): Promise<string>;
  /** An API key of the person; gives its secret. */
  apiKey(owner: SeededPerson, scopes: string[]): Promise<string>;
  /** A number that no other call was given, so that what is named by it is unique. */
  serial(): number;
  /** An achievement as the store takes it. */
  stored(
    status: AchievementStatus,
    institution: SeededOrganisation,
    record: AchievementRecord,
    revision?: number,
  ): StoredAchievement;
  /** Puts achievements into the database as their writers do, with the jobs that index them. */
  save(list: StoredAchievement[]): Promise<void>;
}

export interface UploadedFile {
  name: string;
  content: string;
}

/** What to call a root field with. */
export interface Call {
  variables: Record<string, unknown>;
  file?: UploadedFile;
}

/** One way of calling a root field. */
export interface Case {
  /** The subject, as it stands in the table. */
  label: string;
  /** True where the call ends or changes the account or its rights: it is made by another person of the role. */
  fresh?: boolean;
  /** True where two calls at a time would meet, as two imports of one institution do. */
  alone?: boolean;
  /** Makes what the call is about, new for each call. */
  call(actor: Actor): Promise<Call> | Call;
}

export type Cases = Record<string, Case[]>;

/** An object whose every field is tried in every role, and the way from the root to it. */
export interface Subject {
  type: string;
  label: string;
  /** Fields from the root down; of a list the first entry is meant. */
  steps: string[];
  /** The type in which the last step's interface is looked at. */
  on?: string;
  /** The type in which the steps after the first go on, where the first gives an interface. */
  within?: string;
  variables: Record<string, unknown>;
}

/** Makers of subjects. */
export interface Ways {
  /** The global id of what the world holds under a label. */
  id(label: string): string;
  /** A node, by its id; a label that begins with "of " stands in the table without it. */
  node(type: string, label?: string): Subject;
  /** What stands below a root field that takes the id of `on`. */
  below(type: string, label: string, on: string, ...steps: string[]): Subject;
  /** What stands below a root field without variables. */
  plain(type: string, label: string, ...steps: string[]): Subject;
}

/** What a domain adds to the table of rights: one file below domains/ and one line in domains.ts. */
export interface RightsDomain {
  /** Adds the domain's objects to the world, confidential places marked. */
  fill?(w: World): Promise<void>;
  /** The objects whose every field is tried in every role. */
  subjects?(ways: Ways): Subject[];
  /** Types without a subject of their own, and why none is needed. Their fields are selected wherever they occur. */
  valueTypes?: Record<string, string>;
  /** Calls of every query of the domain. */
  queries?(w: World): Cases;
  /** Calls of every mutation of the domain, each on something of its own, so that an outcome shows the right and nothing else. */
  mutations?(w: World): Cases;
  /** Columns of text that hold no marker, by the reason why. A new column of text stands here or is marked in `fill`. */
  unmarked?: Record<string, string[]>;
}
