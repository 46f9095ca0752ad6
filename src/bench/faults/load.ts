import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refused, Unanswered, type Courier, type Person, type Upload } from './courier.js';
import { isUnderWay } from './imports.js';
import type { Intent, Journal, Kind } from './journal.js';
import { editor, type Owned, type World } from './world.js';

/** Clients that write at the same time, and the pause of each between two writes in milliseconds. */
const CLIENTS = 6;
const PAUSE_MS = 20;
/** How long a client repeats a write with an idempotency key that is not answered, in milliseconds. */
const INSIST_MS = 90_000;
const IMPORT_ROWS = 20;
const MAX_FILES = 50;
/** Entries that are kept for the probes of recoveries, however many writes the machine does. */
const RESERVED = 100;
/** Threads that the investor opens, fewer than a person may on one day; later messages are replies. */
const THREADS = 40;

const CREATE = `mutation Create($input: CreateAchievementInput!) { createAchievement(input: $input) { achievement { id } } }`;
const EDIT = `mutation Edit($input: UpdateAchievementInput!) { updateAchievement(input: $input) { achievement { id } } }`;
const INTEREST = `mutation Interest($input: ExpressInterestInput!) { expressInterest(input: $input) { interest { id } } }`;
const REPLY = `mutation Reply($input: ReplyToInterestInput!) { replyToInterest(input: $input) { message { id } } }`;
const EVIDENCE = `mutation Evidence($file: Upload!, $input: EvidenceInput!) { addEvidence(file: $file, input: $input) { evidence { id } } }`;
const INVITE = `mutation Invite($input: InviteMemberInput!) { inviteMember(input: $input) { invitation { id } } }`;
const IMPORT = `mutation Import($file: Upload!, $input: ImportAchievementsInput!) { importAchievements(file: $file, input: $input) { run { id } } }`;
/** A write of one kind, without its token. */
interface Write {
  kind: Kind;
  on: string;
  person: Person;
  query: string;
  input: (token: string) => object;
  upload?: (token: string) => Upload;
}

/** The address that an invitation with this token is mailed to. */
export const addressOf = (token: string) => `${token}@faults.example`;
/** The words of the rows of an import with this token. */
export const rowsOf = (token: string) => Array.from({ length: IMPORT_ROWS }, (_, i) => `${token}r${i}`);

/** Clients that write until they are stopped. Every second write has no idempotency key and is sent once. */
export class Load {
  /** Number of the fault under which the next writes are sent. */
  row = 0;
  private stopped = false;
  private running: Array<Promise<void>> = [];
  private count = 0;
  private nextEntry = 0;
  private probes = 0;
  private opened = 0;
  private readonly threads: string[] = [];
  private readonly created: Array<{ id: string; files: number }> = [];
  private readonly run = randomBytes(3)
    .toString('hex')
    .replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!);

  constructor(
    private readonly world: World,
    private readonly journal: Journal,
    private readonly courier: Courier,
  ) {}

  start(): void {
    this.running = [
      ...Array.from({ length: CLIENTS }, () => this.client()),
      ...this.world.importers.map((importer, i) => this.importing(importer, i % 2 === 0)),
    ];
  }

  /** Lets the clients finish their writes; a write that is still repeated may take long. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  /** Sends a write of the kind with an idempotency key until it is acknowledged; returns its token and its object. */
  async probe(kind: 'edit' | 'invitation'): Promise<{ token: string; on: string }> {
    const write = kind === 'edit' ? this.edit(true) : this.invitation();
    if (!write) throw new Error('the pool has too few entries for this load');
    const { token, id } = await this.send(write, true);
    if (id === null) throw new Error(`a write of kind ${kind} was not acknowledged within ${INSIST_MS / 1000} s`);
    return { token, on: write.on };
  }

  private async client(): Promise<void> {
    while (!this.stopped) {
      const write = this.choose();
      if (write) await this.send(write, this.count % 2 === 0);
      await sleep(PAUSE_MS);
    }
  }

  private choose(): Write | null {
    const dice = Math.random();
    if (dice < 0.25) return this.edit();
    if (dice < 0.4) return this.interest();
    if (dice < 0.55) return this.evidence();
    if (dice < 0.65) return this.invitation();
    return this.create();
  }

  /**
   * Writes the intent to the journal, sends the write, and, if it succeeds, writes the acknowledgement to the journal.
   * `id` is null if the write was refused or stayed unanswered.
   */
  private async send(write: Write, keyed: boolean): Promise<{ token: string; id: string | null }> {
    const token = `f${this.run}${String(this.count++).padStart(5, '0')}x`;
    const intent: Intent = { token, kind: write.kind, row: this.row, keyed, on: write.on };
    const input = { ...write.input(token), ...(keyed ? { idempotencyKey: `key-${token}` } : {}) };
    this.journal.intend(intent);
    const until = keyed ? Date.now() + INSIST_MS : 0;
    try {
      const data = await this.courier.insist<Record<string, Record<string, { id: string }>>>(
        write.person,
        write.query,
        { input },
        until,
        write.upload?.(token),
      );
      const id = Object.values(Object.values(data)[0]!)[0]!.id;
      this.journal.acknowledge(token, id);
      if (write.kind === 'create') this.created.push({ id, files: 0 });
      if (write.query === INTEREST) this.threads.push(id);
      return { token, id };
    } catch (error) {
      // An unanswered or refused write is not acknowledged: the checker accepts that it is missing, but not that it is
      // found more than once.
      if (error instanceof Unanswered || error instanceof Refused) return { token, id: null };
      throw error;
    }
  }

  private create(): Write {
    const { id, owner } = this.world.lister;
    return {
      kind: 'create',
      on: id,
      person: owner,
      query: CREATE,
      input: (token) => ({ institutionId: id, content: { title: { zh: `故障成果${token}`, en: `Result ${token}` } } }),
    };
  }

  private edit(isProbe = false): Write | null {
    const { entries } = this.world;
    const id = isProbe
      ? entries[entries.length - 1 - this.probes++]
      : entries.at(this.nextEntry < entries.length - RESERVED ? this.nextEntry++ : entries.length);
    if (id === undefined) return null;
    return {
      kind: 'edit',
      on: id,
      person: editor,
      query: EDIT,
      input: (token) => ({
        id,
        revision: 1,
        note: token,
        content: { incumbent: { en: token }, keywords: { en: [token] } },
      }),
    };
  }

  private interest(): Write | null {
    const { id: organisationId, owner } = this.world.investor;
    const achievementId = this.opened < THREADS ? this.world.entries[this.opened++] : undefined;
    if (achievementId !== undefined)
      return {
        kind: 'interest',
        on: organisationId,
        person: owner,
        query: INTEREST,
        input: (token) => ({ achievementId, organisationId, message: `Please tell us more about ${token}.` }),
      };
    const id = this.threads[Math.floor(Math.random() * this.threads.length)];
    if (id === undefined) return null;
    return {
      kind: 'interest',
      on: id,
      person: owner,
      query: REPLY,
      input: (token) => ({ id, message: `We should also like to know about ${token}.` }),
    };
  }

  private evidence(): Write | null {
    const achievement = this.created[Math.floor(Math.random() * this.created.length)];
    if (!achievement || achievement.files >= MAX_FILES) return null;
    achievement.files += 1;
    return {
      kind: 'evidence',
      on: achievement.id,
      person: this.world.lister.owner,
      query: EVIDENCE,
      input: () => ({ achievementId: achievement.id, tier: 'PUBLIC' }),
      upload: (token) => ({ name: `${token}.txt`, type: 'text/plain', content: `Evidence ${token}. `.repeat(200) }),
    };
  }

  private invitation(): Write {
    const { id, owner } = this.world.inviters[this.count % this.world.inviters.length]!;
    return {
      kind: 'invitation',
      on: id,
      person: owner,
      query: INVITE,
      input: (token) => ({ organisationId: id, email: addressOf(token), role: 'MEMBER' }),
    };
  }

  /**
   * Imports one file after another until the load is stopped. With `numbered`, every row has a number by which a
   * repeated import finds the rows that it has already taken.
   */
  private async importing({ id, owner }: Owned, numbered: boolean): Promise<void> {
    const write: Write = {
      kind: 'import',
      on: id,
      person: owner,
      query: IMPORT,
      input: () => ({ institutionId: id, register: 'NEVER' }),
      upload: (token) => ({ name: `${token}.csv`, type: 'text/csv', content: csvOf(token, numbered) }),
    };
    while (!this.stopped) {
      const sent = await this.send(write, this.count % 2 === 0);
      while (!this.stopped && sent.id !== null && (await isUnderWay(this.courier, owner, sent.id))) await sleep(250);
      await sleep(1000);
    }
  }
}

function csvOf(token: string, numbered: boolean): string {
  const rows = rowsOf(token).map((word) => [...(numbered ? [word] : []), `导入成果${word}`].join(','));
  return [[...(numbered ? ['编号'] : []), '成果名称'].join(','), ...rows].join('\n');
}
