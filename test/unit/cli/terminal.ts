/** A terminal that remembers what was written, and a folder of files, for tests of the commands. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../../server/src/cli/run.ts';
import type { ExitCode } from '../../../server/src/cli/terminal.ts';

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs `irqtopo ARGS…` in a folder. */
export async function irqtopo(cwd: string, args: readonly string[], tty = false): Promise<Ran> {
  const written = { out: '', err: '' };
  const code = await run(args, {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    cwd,
    colors: tty,
    progress: tty,
  });
  return { code, ...written };
}

export interface Folder {
  readonly path: string;
  readonly put: (name: string, content: string | Buffer) => void;
  readonly remove: () => void;
}

export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'irqtopo-cli-'));
  return {
    path,
    put: (name, content) => {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}
