/** A running server: its address, and how to end it. */
export interface EmbeddedServer {
  url: string;
  /** Ends the server and waits until its process is gone; may be called again. */
  stop(): Promise<void>;
}

/** What both servers are started with. `dataDir` must be locked by `lockDataDir` first. */
export interface EmbeddedOptions {
  dataDir: string;
  log: (line: string) => void;
  /** Called when the server ends without `stop` having been called; it is not restarted. */
  onExit?: ((reason: string) => void) | undefined;
  /** Proposes the port of each attempt; by default one that is free. */
  choosePort?: (() => Promise<number>) | undefined;
}
