/**
 * Lock files: the addresses and interrupt numbers that a spec's machine had when they were accepted, one line for each function.
 *
 *     # irqtopo lock 1
 *     # …
 *     nic0     address=0000:01:00.0 device-id=0x0100 mode=msix vectors=3 first-event=0 first-lpi=8193
 *
 * Lines stand in the order of the spec, so that a change of one function is a change of one line. A name that is no word is quoted.
 */
import { type FunctionNumbers, NUMBER_KEYS, type NumberKey } from './numbers.ts';

/** What stands behind the name of a spec. */
export const LOCK_SUFFIX = '.lock';

/** A change that older readers do not understand changes this. */
const VERSION = 1;

export interface LockFile {
  readonly functions: readonly LockedFunction[];
}

export interface LockedFunction extends FunctionNumbers {
  /** Of its line in the lock file, from 1. */
  readonly line: number;
}

export type ParsedLock =
  | { readonly ok: true; readonly lock: LockFile }
  /** `line` from 1. */
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** The text of a lock file. */
export function lockText(functions: readonly FunctionNumbers[]): string {
  const names = functions.map(({ name }) => nameText(name));
  const width = Math.min(
    widestName,
    names.reduce((most, name) => Math.max(most, name.length), 0),
  );
  const lines = functions.map(({ values }, i) => {
    const pairs = NUMBER_KEYS.flatMap((key) => {
      const value = values.get(key);
      return value === undefined ? [] : [`${key}=${value}`];
    });
    return `${(names[i] ?? '').padEnd(width)} ${pairs.join(' ')}\n`;
  });
  return `${header}${lines.join('')}`;
}

/** Columns that names are padded to at most. */
const widestName = 32;

const header = `# irqtopo lock ${VERSION}
# Addresses and interrupt numbers after boot. \`irqtopo check\` reports what is different; \`irqtopo lock\` accepts it.
`;

/** Whether a text is meant as a lock file of ours, sound or not: other tools have files of such names, too. */
export const isLock = (text: string): boolean => /^# irqtopo lock\b/m.test(text);

/** Reads a lock file. */
export function parseLock(text: string): ParsedLock {
  const functions: LockedFunction[] = [];
  const lines = text.split(/\r\n?|\n/);
  const version = /^# irqtopo lock ([0-9]{1,9})$/.exec(lines[0]?.trim() ?? '')?.[1];
  if (version === undefined)
    return { ok: false, line: 1, reason: `it does not begin with “# irqtopo lock ${VERSION}”` };
  if (Number(version) !== VERSION) {
    return { ok: false, line: 1, reason: `it is of version ${version}, this irqtopo reads version ${VERSION}` };
  }
  for (const [i, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (/^(<{7}|={7}|>{7})/.test(line)) return { ok: false, line: i + 1, reason: 'a merge has left a conflict' };
    const read = parseLine(line, i + 1);
    if (typeof read === 'string') return { ok: false, line: i + 1, reason: read };
    functions.push(read);
  }
  return { ok: true, lock: { functions } };
}

function parseLine(text: string, line: number): LockedFunction | string {
  const [, quoted, plain, rest = ''] = /^(?:("(?:[^"\\]|\\.)*")|([^\s"]+))(?:\s+(.*))?$/.exec(text) ?? [];
  const name = quoted === undefined ? plain : unquoted(quoted);
  if (name === undefined) return 'a line begins with the name of a function';
  const values = new Map<NumberKey, string>();
  for (const pair of rest.split(/\s+/)) {
    if (pair === '') continue;
    const [key = '', value = ''] = pair.split('=', 2);
    const known = NUMBER_KEYS.find((one) => one === key);
    if (known === undefined || value === '') return `${JSON.stringify(pair)} is no KEY=VALUE that is known`;
    values.set(known, value);
  }
  return { name, values, line };
}

const nameText = (name: string): string => (/^[^\s"#]+$/.test(name) ? name : JSON.stringify(name));

/** Undefined for what is no string of JSON. */
function unquoted(text: string): string | undefined {
  try {
    const name: unknown = JSON.parse(text);
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
