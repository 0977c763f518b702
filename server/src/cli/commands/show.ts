/** `irqtopo show`: the allocation of a machine. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Analysis } from '../../analysis/analysis.ts';
import { analyseNow } from '../../analysis/index.ts';
import { nodeSources, projectRootOf } from '../../host/node-sources.ts';
import { allocationAfter, bootAllocation } from '../../ide/allocation.ts';
import { allocationText } from '../../ide/allocation-text.ts';
import { displayPath } from '../specs.ts';
import { CLEAN, type ExitCode, type Terminal, UNUSABLE } from '../terminal.ts';

/** A change that breaks a reader of `--json` changes this. */
const VERSION = 1;

/** Prints who gets what, after the boot and at the end of each scenario. Findings are the business of `check`. */
export function show(file: string, asJson: boolean, terminal: Terminal): ExitCode {
  const absolute = resolve(terminal.cwd, file);
  const path = displayPath(absolute, terminal.cwd);
  const refuse = (reason: string): ExitCode => {
    terminal.err(`irqtopo: ${path} ${reason}\n`);
    return UNUSABLE;
  };
  const uri = pathToFileURL(absolute).href;
  const sources = nodeSources(projectRootOf(uri));
  const content = sources.read(uri);
  if (content !== 'pending' && 'missing' in content) return refuse(content.missing);

  const analysis = analyseNow(sources, uri);
  if (!analysis.machine.complete) return refuse('describes no machine: it has neither `machine` nor `host-bridge`');
  terminal.out(asJson ? allocationJson(analysis, path) : allocationText(analysis));
  const errors = analysis.findings.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) terminal.err(`${errors === 1 ? '1 error' : `${errors} errors`}: irqtopo check ${path}\n`);
  return CLEAN;
}

function allocationJson(analysis: Analysis, spec: string): string {
  const scenarios = analysis.runs.map((run) => ({
    name: run.scenario?.name,
    ...allocationAfter(run, run.steps.length - 1),
  }));
  return `${JSON.stringify({ version: VERSION, spec, boot: bootAllocation(analysis), scenarios }, null, 2)}\n`;
}
