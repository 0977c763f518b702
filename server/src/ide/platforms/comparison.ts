/** One PCI tree on several platforms, side by side. */
import type { Analysis, LocatedFinding, Sources } from '../../analysis/analysis.ts';
import type { Request } from '../../model/machine.ts';
import type { Severity } from '../../rules/rule.ts';
import { wantedBy } from '../../timeline/ladder.ts';
import type { Run } from '../../timeline/run.ts';
import {
  byAddress,
  type ControllerRow,
  controllerRows,
  type FunctionRow,
  functionRow,
  lastCalls,
} from '../allocation.ts';
import type { Platform } from './platforms.ts';
import { analysisOn, type SpecOn, specOn } from './spec-on.ts';

/** A spec on one platform, and what it comes to there. */
export interface OnPlatform {
  readonly spec: SpecOn;
  readonly analysis: Analysis;
}

export interface Comparison {
  readonly platforms: readonly OnPlatform[];
  /** After the boot, then at the end of each scenario. */
  readonly moments: readonly Moment[];
}

export interface Moment {
  /** Undefined: the boot. */
  readonly scenario: string | undefined;
  /** Functions that hold or wanted an interrupt on some platform, by address; `cells` in the order of the platforms. */
  readonly functions: readonly { readonly name: string; readonly cells: readonly Cell[] }[];
  /** Of each platform. */
  readonly controllers: readonly (readonly ControllerRow[])[];
}

/** What a function has on one platform. */
export interface Cell {
  readonly row: FunctionRow;
  /** What its driver asked for at first, before it made do with less, as far as the function offers so much. */
  readonly wanted: { readonly mode: Request['mode']; readonly vectors: number } | undefined;
}

/** Takes a spec to each of the platforms. */
export const compare = (analysis: Analysis, sources: Sources, platforms: readonly Platform[]): Comparison =>
  comparisonOf(
    analysis,
    platforms.map((platform) => onPlatform(analysis, sources, platform)),
  );

/** Puts side by side what a spec comes to on several platforms. */
export function comparisonOf(analysis: Analysis, platforms: readonly OnPlatform[]): Comparison {
  const runs = (one: OnPlatform): readonly Run[] => [one.analysis.boot, ...one.analysis.runs];
  const moments = [analysis.boot, ...analysis.runs].map(({ scenario }, i) =>
    momentOf(
      scenario?.name,
      platforms.flatMap((one) => runs(one)[i] ?? []),
    ),
  );
  return { platforms, moments };
}

/** Takes a spec to a platform. */
export function onPlatform(analysis: Analysis, sources: Sources, platform: Platform): OnPlatform {
  const spec = specOn(analysis, sources, platform);
  return { spec, analysis: analysisOn(analysis, spec) };
}

function momentOf(scenario: string | undefined, runs: readonly Run[]): Moment {
  const columns = runs.map(cellsAtEnd);
  const functions = (columns[0] ?? [])
    .map((_, fn) => columns.flatMap((cells) => cells[fn] ?? []))
    .filter((cells) => cells.some(hasInterrupts))
    .map((cells) => ({ name: nameOf(cells[0]), cells }))
    .sort((a, b) => order(a.cells[0], b.cells[0]));
  const controllers = runs.map((run) => {
    const last = run.steps.at(-1);
    return last === undefined ? [] : controllerRows(last.state);
  });
  return { scenario, functions, controllers };
}

/** The functions of a run at its end, by index. */
function cellsAtEnd(run: Run): readonly Cell[] {
  const state = run.steps.at(-1)?.state;
  if (state === undefined) return [];
  const { possibleCpus } = state.topology.machine;
  const calls = lastCalls(run.steps);
  return state.topology.functions.map((fn) => {
    const own = calls.get(fn.index) ?? [];
    const last = own.findLast(({ by }) => by === 'driver') ?? own.at(-1);
    const first = own.find(({ by, call }) => by === last?.by && call === last.call)?.request;
    return {
      row: functionRow(state, fn, own),
      wanted: first && { mode: first.mode, vectors: wantedBy(first, fn.node.capabilities, possibleCpus) },
    };
  });
}

const hasInterrupts = ({ row }: Cell): boolean => row.calls.length > 0 || row.vectors > 0;

const nameOf = (cell: Cell | undefined): string =>
  cell === undefined ? '' : cell.row.type === undefined ? cell.row.name : `${cell.row.name} : ${cell.row.type}`;

const order = (a: Cell | undefined, b: Cell | undefined): number =>
  a === undefined || b === undefined ? 0 : byAddress(a.row, b.row);

/** How often each rule speaks, of one severity, in the order of the text. What is merely silenced in vain is no matter here. */
export function rulesOf(findings: readonly LocatedFinding[], severity: Severity): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { finding, severity: own } of findings) {
    if (own === severity && finding.rule !== 'ignore-unused') {
      counts.set(finding.rule, (counts.get(finding.rule) ?? 0) + 1);
    }
  }
  return counts;
}
