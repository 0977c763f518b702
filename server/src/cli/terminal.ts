/** Where a command writes, and what it may assume about the place. The commands know no `process`. */
export interface Terminal {
  /** Writes to standard output: what was asked for. */
  readonly out: (text: string) => void;
  /** Writes to standard error: why it cannot be had, and progress. */
  readonly err: (text: string) => void;
  /** Folder that relative paths count from. */
  readonly cwd: string;
  /** Whether standard output shows colours: a terminal, without NO_COLOR. */
  readonly colors: boolean;
  /** Whether standard error is a terminal, where a line can be written over. */
  readonly progress: boolean;
}

/** What a command ends with: 0 clean, 1 an error was found, 2 wrong usage or input that cannot be read. */
export type ExitCode = 0 | 1 | 2;

export const CLEAN = 0;
export const FOUND = 1;
export const UNUSABLE = 2;
