/** The `irqtopo` command: the only file here that knows the process. */
import { run } from './run.ts';
import { type Terminal, UNUSABLE } from './terminal.ts';

// `irqtopo check | head` closes the pipe early; that is its reader's right.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const { NO_COLOR, TERM } = process.env;
const terminal: Terminal = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  cwd: process.cwd(),
  colors: process.stdout.isTTY === true && !NO_COLOR && TERM !== 'dumb',
  progress: process.stderr.isTTY === true && TERM !== 'dumb',
};

run(process.argv.slice(2), terminal).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    terminal.err(`irqtopo: this is a bug, please report it:\n${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = UNUSABLE;
  },
);
