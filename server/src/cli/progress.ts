/** One line on a terminal that says how far a long check is. */
import type { Terminal } from './terminal.ts';

export interface Progress {
  /** The next file begins. */
  readonly at: (path: string) => void;
  /** Takes the line away. */
  readonly done: () => void;
}

/** Milliseconds between two lines: faster ones cannot be read, and writing them costs more than checking a small spec. */
const INTERVAL = 50;

const ERASE_LINE = '\r\x1b[K';

/** Progress over `total` files; silent where standard error is no terminal or there is one file only. */
export function progressOn(terminal: Terminal, total: number): Progress {
  if (!terminal.progress || total < 2) return { at: () => {}, done: () => {} };
  let count = 0;
  let shown = 0;
  return {
    at: (path) => {
      count += 1;
      const now = Date.now();
      if (now - shown < INTERVAL) return;
      shown = now;
      terminal.err(`${ERASE_LINE}${count}/${total} ${path}`);
    },
    done: () => {
      if (shown > 0) terminal.err(ERASE_LINE);
    },
  };
}
