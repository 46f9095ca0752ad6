/**
 * The files of this folder run PostgreSQL and Meilisearch as child processes, so that the app starts without any
 * set-up. Order of use: `lockDataDir`; `startPostgres` and `startMeilisearch` in parallel; `stop` on both; `release` of
 * the lock. If the app is killed (kill -9), the servers go on running as orphans; the next start finds them by their
 * pid files, ends them and starts new ones.
 */

/** A running embedded server: its URL, and a function to stop it. */
export interface EmbeddedServer {
  url: string;
  /** Stops the embedded server and waits until its process has ended; may be called twice. */
  stop(): Promise<void>;
}

/** Options for starting either embedded server. The caller must hold the lock of `dataDir` (`lockDataDir`). */
export interface EmbeddedOptions {
  dataDir: string;
  log: (line: string) => void;
  /**
   * Called when the server process ends after it has started although `stop` was not called; the server is not
   * restarted here.
   */
  onExit?: ((reason: string) => void) | undefined;
  /** Chooses the TCP port for each attempt to start; by default any free port. */
  choosePort?: (() => Promise<number>) | undefined;
}
