/** `irqtopo check`: the findings of specs. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LocatedFinding } from '../../analysis/analysis.ts';
import { analyseNow } from '../../analysis/index.ts';
import { nodeSources, projectRootOf } from '../../host/node-sources.ts';
import { helpForFew, noHelp } from '../help.ts';
import { progressOn } from '../progress.ts';
import { byPlace, type Report, type ReportedFinding, reported } from '../report.ts';
import { displayPath, findSpecs } from '../specs.ts';
import { CLEAN, type ExitCode, FOUND, type Terminal, UNUSABLE } from '../terminal.ts';

export type Format = 'pretty' | 'json' | 'sarif' | 'github';

/** Checks the specs that `paths` mean (none: those below the current folder) and writes what was found. */
export async function check(paths: readonly string[], format: Format, terminal: Terminal): Promise<ExitCode> {
  const report = makeReport(paths.length === 0 ? ['.'] : paths, format === 'pretty', terminal);
  terminal.out(await render(report, format, terminal));
  for (const { path, reason } of report.unreadable) terminal.err(`irqtopo: ${path} ${reason}\n`);
  if (report.unreadable.length > 0) return UNUSABLE;
  return report.findings.some(({ severity }) => severity === 'error') ? FOUND : CLEAN;
}

function makeReport(paths: readonly string[], withHelp: boolean, terminal: Terminal): Report {
  const { files, unusable } = findSpecs(paths, terminal.cwd);
  const progress = progressOn(terminal, files.length);
  const findings = new Map<string, ReportedFinding>();
  const unreadable = [...unusable];
  const specs: string[] = [];
  const pathOf = (uri: string) => displayPath(fileURLToPath(uri), terminal.cwd);
  const titleFor = withHelp ? helpForFew() : noHelp;

  for (const file of files) {
    const path = displayPath(file, terminal.cwd);
    progress.at(path);
    const uri = pathToFileURL(file).href;
    const sources = nodeSources(projectRootOf(uri));
    const content = sources.read(uri);
    if (content === 'pending') continue;
    if ('missing' in content) {
      unreadable.push({ path, reason: content.missing });
      continue;
    }
    specs.push(path);
    const analysis = analyseNow(sources, uri);
    const help = (found: LocatedFinding) => titleFor(analysis, sources, found);
    for (const found of analysis.findings) {
      // A file that several specs include is checked with each of them, and said once.
      const key = `${found.uri} ${found.span.from} ${found.span.to} ${found.finding.rule} ${found.finding.message}`;
      if (!findings.has(key)) findings.set(key, reported(analysis, found, pathOf, help));
    }
  }
  progress.done();
  return { specs, findings: [...findings.values()].sort(byPlace), unreadable };
}

async function render(report: Report, format: Format, terminal: Terminal): Promise<string> {
  switch (format) {
    case 'pretty':
      return (await import('../formats/pretty.ts')).pretty(report, terminal.colors);
    case 'json':
      return (await import('../formats/json.ts')).json(report);
    case 'sarif':
      return (await import('../formats/sarif.ts')).sarif(report);
    case 'github':
      return (await import('../formats/github.ts')).github(report);
  }
}
