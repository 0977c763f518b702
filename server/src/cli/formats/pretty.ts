/** For people: what is wrong, the line it stands in, who else is involved, the way out. */
import { createColors } from 'picocolors';
import type { Severity } from '../../rules/rule.ts';
import { printable } from '../printable.ts';
import { countBySeverity, type Report, type ReportedFinding, SEVERITIES } from '../report.ts';
import { type Colors, excerptLines, gutterOf, place } from './excerpt.ts';

/** All findings, and how many there are. */
export function pretty(report: Report, withColors: boolean): string {
  const colors = createColors(withColors);
  return [...report.findings.map((finding) => findingText(finding, colors)), summary(report, colors)].join('\n');
}

function findingText({ rule, severity, message, at, related, help }: ReportedFinding, colors: Colors): string {
  const paint = painterOf(severity, colors);
  const gutter = gutterOf(at);
  return [
    `${paint(`${severity}[${rule}]`)}${colors.bold(`: ${printable(message)}`)}`,
    ...excerptLines(at, colors, paint),
    ...related.map((other) => `${gutter} ${colors.blue('=')} note: ${printable(other.message)} (${place(other.at)})`),
    ...(help === undefined ? [] : [`${gutter} ${colors.blue('=')} ${colors.green('help')}: ${printable(help)}`]),
    '',
  ].join('\n');
}

function painterOf(severity: Severity, colors: Colors): (text: string) => string {
  const color = { error: colors.red, warning: colors.yellow, info: colors.cyan, hint: colors.gray }[severity];
  return (text) => colors.bold(color(text));
}

const NAMES: Readonly<Record<Severity, readonly [one: string, many: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['info', 'infos'],
  hint: ['hint', 'hints'],
};

function summary(report: Report, colors: Colors): string {
  const specs = `${report.specs.length} ${report.specs.length === 1 ? 'spec' : 'specs'} checked`;
  const count = countBySeverity(report);
  const parts = SEVERITIES.filter((severity) => count[severity] > 0).map((severity) => {
    const n = count[severity];
    return painterOf(severity, colors)(`${n} ${NAMES[severity][n === 1 ? 0 : 1]}`);
  });
  if (report.specs.length === 0) return '';
  if (parts.length === 0) return `${specs}: ${colors.green('nothing found')}\n`;
  const [worst] = [...report.findings].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return `${specs}: ${parts.join(', ')}\nWhy, and what else helps: irqtopo explain ${worst?.rule}\n`;
}
