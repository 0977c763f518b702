/** `irqtopo lock`: writes down the addresses and interrupt numbers of specs, for `check` to compare with. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createTwoFilesPatch } from 'diff';
import { reasonOf } from '../../host/node-sources.ts';
import { momentNamed } from '../../ide/moment-named.ts';
import { compareNumbers } from '../../timeline/lock/compare.ts';
import { LOCK_SUFFIX, lockText, parseLock } from '../../timeline/lock/lock-file.ts';
import { allNumbers, type FunctionNumbers } from '../../timeline/lock/numbers.ts';
import { printable } from '../printable.ts';
import { readSpec } from '../spec.ts';
import { CLEAN, type ExitCode, FOUND, type Terminal, UNUSABLE } from '../terminal.ts';

/**
 * Writes `FILE.lock` beside each spec.
 * @param onlyDiff writes nothing, prints what would change, and tells by its exit code whether anything would
 */
export function lock(files: readonly string[], onlyDiff: boolean, terminal: Terminal): ExitCode {
  let code: ExitCode = CLEAN;
  for (const file of files) {
    const own = lockOne(file, onlyDiff, terminal);
    if (own === UNUSABLE || code === CLEAN) code = own;
  }
  return code;
}

function lockOne(file: string, onlyDiff: boolean, terminal: Terminal): ExitCode {
  const spec = readSpec(file, terminal);
  const moment = spec && momentNamed(spec.analysis, undefined);
  if (spec === undefined || !moment?.found) return UNUSABLE;
  const path = spec.path + LOCK_SUFFIX;
  const functions = allNumbers(moment.state);
  const after = lockText(functions);
  const before = textOf(spec.absolute + LOCK_SUFFIX);
  if (onlyDiff) {
    if (before === after) return CLEAN;
    terminal.out(printable(createTwoFilesPatch(path, path, before ?? '', after, undefined, undefined, { context: 1 })));
    return FOUND;
  }
  try {
    if (before !== after) writeFileSync(spec.absolute + LOCK_SUFFIX, after);
  } catch (error) {
    terminal.err(`irqtopo: ${path} ${reasonOf(error)}\n`);
    return UNUSABLE;
  }
  terminal.out(`${path}: ${written(before, after, functions)}\n`);
  const errors = spec.analysis.findings.filter(
    ({ severity, finding }) => severity === 'error' && !finding.rule.startsWith('lock-'),
  ).length;
  if (errors > 0) terminal.err(`${errors === 1 ? '1 error' : `${errors} errors`}: irqtopo check ${spec.path}\n`);
  return CLEAN;
}

/** Undefined where there is none yet. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // There is none, or it cannot be read: writing it will say so.
    return undefined;
  }
}

/** "12 functions, 2 changed, 1 new". */
function written(before: string | undefined, after: string, functions: readonly FunctionNumbers[]): string {
  const count = `${functions.length} ${functions.length === 1 ? 'function' : 'functions'}`;
  if (before === undefined) return count;
  if (before === after) return `${count}, nothing new`;
  const parsed = parseLock(before);
  if (!parsed.ok) return `${count}, written anew`;
  const { changes } = compareNumbers(parsed.lock.functions, functions);
  const parts = (['changed', 'gone', 'new'] as const).flatMap((is) => {
    const of = changes.filter((change) => change.is === is).length;
    return of === 0 ? [] : [`${of} ${is}`];
  });
  return [count, ...parts].join(', ');
}
