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
