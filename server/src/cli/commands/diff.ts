/** `irqtopo diff`: what two specs, or two moments of them, give to the same functions. */
import { momentNamed } from '../../ide/moment-named.ts';
import { isSame, type SpecDiff, specDiff } from '../../ide/spec-diff.ts';
import { migrationTarget } from '../../model/migration-targets.ts';
import { guestOf } from '../../model/spec.ts';
import type { MachineState } from '../../timeline/state.ts';
import { diffJson } from '../formats/diff-json.ts';
import { diffPretty } from '../formats/diff-pretty.ts';
import { type ReadSpec, readSpec } from '../spec.ts';
import { CLEAN, type ExitCode, FOUND, type Terminal, UNUSABLE } from '../terminal.ts';

/** Two sides compared, and what they were called. */
export interface DiffReport {
  readonly before: string;
  readonly after: string;
  readonly diff: SpecDiff;
}

/** @param first `FILE`, `FILE#SNAPSHOT`, `FILE#SCENARIO` or `FILE#SCENARIO/SNAPSHOT`; so is `second` */
export function diff(first: string, second: string, format: 'pretty' | 'json', terminal: Terminal): ExitCode {
  const before = sideOf(first, terminal);
  const after = before && sideOf(second, terminal);
  if (before === undefined || after === undefined) return UNUSABLE;
  const { machine } = before.state.topology;
  const target = migrationTarget(after.spec.sources, after.spec.analysis.uri, guestOf(machine));
  const report: DiffReport = {
    before: before.name,
    after: after.name,
    diff: specDiff(before.state, after.state, target),
  };
  terminal.out(format === 'json' ? diffJson(report) : diffPretty(report, terminal.colors));
  return isSame(report.diff) ? CLEAN : FOUND;
}

interface Side {
  readonly name: string;
  readonly spec: ReadSpec;
  readonly state: MachineState;
}

function sideOf(text: string, terminal: Terminal): Side | undefined {
  const hash = text.indexOf('#');
  const file = hash < 0 ? text : text.slice(0, hash);
  const moment = hash < 0 ? undefined : text.slice(hash + 1);
  const spec = readSpec(file, terminal);
  if (spec === undefined) return undefined;
  const found = momentNamed(spec.analysis, moment);
  if (!found.found) {
    terminal.err(`irqtopo: ${spec.path} ${found.reason}\n`);
    return undefined;
  }
  return { name: moment === undefined ? spec.path : `${spec.path}#${moment}`, spec, state: found.state };
}
