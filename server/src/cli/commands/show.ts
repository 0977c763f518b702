/** `irqtopo show`: the allocation of a machine. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Analysis } from '../../analysis/analysis.ts';
import { analyseNow } from '../../analysis/index.ts';
import { nodeSources, projectRootOf } from '../../host/node-sources.ts';
import { allocationAfter, bootAllocation } from '../../ide/allocation.ts';
import { allocationText } from '../../ide/allocation-text.ts';
import {
  compare,
  comparisonText,
  type OnPlatform,
  onPlatform,
  PLATFORMS,
  type Platform,
  platformOf,
  platformText,
} from '../../ide/platforms/index.ts';
import { nearest } from '../../model/nearest.ts';
import { displayPath } from '../specs.ts';
import { CLEAN, type ExitCode, type Terminal, UNUSABLE } from '../terminal.ts';

/** A change that breaks a reader of `--json` changes this. */
const VERSION = 1;

/**
 * Prints who gets what, after the boot and at the end of each scenario. Findings are the business of `check`.
 * @param as types of interrupt controllers to put the PCI tree on instead of its own; several are compared, `all` means each
 */
export function show(file: string, as: readonly string[], asJson: boolean, terminal: Terminal): ExitCode {
  const absolute = resolve(terminal.cwd, file);
  const path = displayPath(absolute, terminal.cwd);
  const refuse = (reason: string): ExitCode => {
    terminal.err(`irqtopo: ${path} ${reason}\n`);
    return UNUSABLE;
  };
  const unknown = as.find((type) => type !== ALL && platformOf(type) === undefined);
  if (unknown !== undefined) {
    const types = PLATFORMS.map(({ type }) => type);
    const near = nearest(unknown, types);
    const hint = near === undefined ? `They are ${types.join(', ')}` : `Did you mean ${near}?`;
    terminal.err(`irqtopo: there is no interrupt controller ${unknown}. ${hint}\n`);
    return UNUSABLE;
  }
  const uri = pathToFileURL(absolute).href;
  const sources = nodeSources(projectRootOf(uri));
  const content = sources.read(uri);
  if (content !== 'pending' && 'missing' in content) return refuse(content.missing);

  const analysis = analyseNow(sources, uri);
  if (!analysis.machine.complete) return refuse('describes no machine: it has neither `machine` nor `host-bridge`');
  if (as.length > 0) {
    const platforms = platformsNamed(as);
    const [only, ...others] = platforms;
    if (only !== undefined && others.length === 0) {
      const made = onPlatform(analysis, sources, only);
      terminal.out(asJson ? toJson({ spec: path, ...platformJson(made) }) : platformText(made));
      return CLEAN;
    }
    const comparison = compare(analysis, sources, platforms);
    const json = () => toJson({ spec: path, platforms: comparison.platforms.map(platformJson) });
    terminal.out(asJson ? json() : comparisonText(comparison));
    return CLEAN;
  }
  terminal.out(asJson ? allocationJson(analysis, path) : allocationText(analysis));
  const errors = analysis.findings.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) terminal.err(`${errors === 1 ? '1 error' : `${errors} errors`}: irqtopo check ${path}\n`);
  return CLEAN;
}

const ALL = 'all';

/** The platforms of the command line, each once, in its order. */
const platformsNamed = (types: readonly string[]): readonly Platform[] => [
  ...new Set(types.flatMap((type) => (type === ALL ? PLATFORMS : (platformOf(type) ?? [])))),
];

const platformJson = ({ spec: { platform, changes }, analysis }: OnPlatform) => ({
  as: platform.type,
  changes,
  findings: analysis.findings.map(({ finding: { rule, message }, severity }) => ({ rule, severity, message })),
  ...allocationsOf(analysis),
});

const allocationJson = (analysis: Analysis, spec: string): string => toJson({ spec, ...allocationsOf(analysis) });

const toJson = (fields: object): string => `${JSON.stringify({ version: VERSION, ...fields }, null, 2)}\n`;

function allocationsOf(analysis: Analysis) {
  const scenarios = analysis.runs.map((run) => ({
    name: run.scenario?.name,
    ...allocationAfter(run, run.steps.length - 1),
  }));
  return { boot: bootAllocation(analysis), scenarios };
}
