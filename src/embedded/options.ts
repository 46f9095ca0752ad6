/**
 * PostgreSQL and Meilisearch as child processes, for a start without any set-up. Order of use: `lockDataDir`;
 * `startPostgres` and `startMeilisearch` in parallel; `stop` on both; `release`. After a kill -9 the servers go on
 * running as orphans; the next start finds them by their pid files, ends them and starts new ones.
 */

/** A running server: its address, and a function to stop it. */
export interface EmbeddedServer {
  url: string;
  /** Stops the server and waits until its process has ended; may be called twice. */
  stop(): Promise<void>;
}

/** Options of both servers. `dataDir` must first be locked by `lockDataDir`. */
export interface EmbeddedOptions {
  dataDir: string;
  log: (line: string) => void;
  /** Called when the server ends without a call of `stop`; the server is not restarted. */
  onExit?: ((reason: string) => void) | undefined;
  /** Chooses the port for each attempt; by default a free one. */
  choosePort?: (() => Promise<number>) | undefined;
}
