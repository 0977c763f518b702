/** Versions of kernels, VMMs and machine types, and which rules they follow. */
import type { RuleSet, Version } from './machine.ts';

/** `linux-6.12` is family `linux`, version 6.12. Further parts of a version (`linux-6.1.176`) are left out. */
export function parseVersion(text: string): { readonly family: string; readonly version: Version } | undefined {
  const [, family, major, minor] = /^([A-Za-z0-9]+)-([0-9]{1,4})\.([0-9]{1,4})(?:\.[0-9]+)*$/.exec(text) ?? [];
  if (family === undefined || major === undefined || minor === undefined) return undefined;
  return { family, version: { major: Number(major), minor: Number(minor) } };
}

export function writeVersion({ major, minor }: Version): string {
  return `${major}.${minor}`;
}

/** Negative when `a` is the older one. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor;
}

/** The newest kernel whose rules were measured; also the default. */
export const NEWEST_LINUX: Version = { major: 7, minor: 2 };
export const OLDEST_LINUX: Version = { major: 6, minor: 1 };

/** The last minor version of each major version of Linux that has measured rules: 6.19 was followed by 7.0. */
const LAST_MINOR: ReadonlyMap<number, number> = new Map([
  [6, 19],
  [7, NEWEST_LINUX.minor],
]);

/** The rule set of a kernel: up to 6.10 as 6.1, 6.11 to 6.15 as 6.12, later as 7.2. */
export function ruleSetOf(os: Version): RuleSet {
  if (compareVersions(os, { major: 6, minor: 11 }) < 0) return '6.1';
  if (compareVersions(os, { major: 6, minor: 16 }) < 0) return '6.12';
  return '7.2';
}

/** Why the rules of a kernel are a guess; undefined for kernels between the oldest and the newest measured one. */
export function doubtAbout(os: Version): string | undefined {
  const name = `Linux ${writeVersion(os)}`;
  if (compareVersions(os, OLDEST_LINUX) < 0) return `${name} is older than the oldest kernel with known rules`;
  const last = LAST_MINOR.get(os.major);
  if (last === undefined || compareVersions(os, NEWEST_LINUX) > 0) {
    return `${name} is newer than the newest kernel with known rules`;
  }
  return os.minor > last ? `There is no ${name}` : undefined;
}
