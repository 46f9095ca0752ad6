import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What a client does; each kind of write is read back in its own way. */
export type Kind = 'create' | 'edit' | 'interest' | 'evidence' | 'invitation' | 'import';

/** A write that a client is about to send. */
export interface Intent {
  /** A word that occurs nowhere else: it stands in what is written, and the checker counts it afterwards. */
  token: string;
  kind: Kind;
  /** Number of the fault during which the write was sent. */
  row: number;
  /** Whether the write has an idempotency key, so that the client repeats it until it is answered. */
  keyed: boolean;
  /** Id of the object on which the write works, such as the entry that is edited. */
  on: string;
}

/** An intent, and the id that the API gave where it acknowledged the write. */
export interface Written extends Intent {
  acknowledged: string | null;
}

/**
 * Append-only file of intents and acknowledgements, outside the system under test. An intent is handed to the operating
 * system before the write is sent, and an acknowledgement after its answer has arrived; the checker itself is never
 * killed, so nothing is lost in between.
 */
export class Journal {
  private readonly fd: number;
  private count = 0;

  constructor(readonly file: string) {
    this.fd = openSync(file, 'a', 0o600);
  }

  intend(intent: Intent): void {
    this.append({ intent });
  }

  acknowledge(token: string, id: string): void {
    this.append({ token, id });
    this.count += 1;
  }

  /** Number of acknowledgements so far. */
  get acknowledged(): number {
    return this.count;
  }

  /** Reads the file back. */
  read(): Written[] {
    const written = new Map<string, Written>();
    for (const line of readFileSync(this.file, 'utf8').split('\n')) {
      if (line === '') continue;
      const { intent, token, id } = JSON.parse(line) as { intent?: Intent; token?: string; id?: string };
      if (intent) written.set(intent.token, { ...intent, acknowledged: null });
      else written.get(token!)!.acknowledged = id!;
    }
    return [...written.values()];
  }

  close(): void {
    closeSync(this.fd);
  }

  private append(line: object): void {
    writeSync(this.fd, `${JSON.stringify(line)}\n`);
  }
}
