/** For people: what is wrong, the line it stands in, who else is involved, the way out. */
import { createColors } from 'picocolors';
import type { Severity } from '../../rules/rule.ts';
import { columnsOf, printable } from '../printable.ts';
import { countBySeverity, type Report, type ReportedFinding, SEVERITIES, type SourceRange } from '../report.ts';

type Colors = ReturnType<typeof createColors>;

/** Columns of a source line that are shown; of a longer one, those around the caret. */
const MAX_COLUMNS = 140;

/** Columns shown left of the caret where a line is cut. */
const COLUMNS_BEFORE = 40;

/** All findings, and how many there are. */
export function pretty(report: Report, withColors: boolean): string {
  const colors = createColors(withColors);
  return [...report.findings.map((finding) => findingText(finding, colors)), summary(report, colors)].join('\n');
}

function findingText({ rule, severity, message, at, related, help }: ReportedFinding, colors: Colors): string {
  const paint = painterOf(severity, colors);
  const gutter = ' '.repeat(String(at.start.line).length);
  const bar = colors.blue('|');
  const { text, underline } = excerpt(at);
  return [
    `${paint(`${severity}[${rule}]`)}${colors.bold(`: ${printable(message)}`)}`,
    `${gutter}${colors.blue('-->')} ${place(at)}`,
    `${gutter} ${bar}`,
    `${colors.blue(String(at.start.line))} ${bar} ${text}`,
    `${gutter} ${bar} ${paint(underline)}`,
    ...related.map((other) => `${gutter} ${colors.blue('=')} note: ${printable(other.message)} (${place(other.at)})`),
    ...(help === undefined ? [] : [`${gutter} ${colors.blue('=')} ${colors.green('help')}: ${printable(help)}`]),
    '',
  ].join('\n');
}

const place = ({ path, start }: SourceRange) => `${printable(path)}:${start.line}:${start.column}`;

/** The source line, cut where it is too long, and what underlines the range in it. */
function excerpt({ start, end, line }: SourceRange): { readonly text: string; readonly underline: string } {
  const from = start.column - 1;
  const to = Math.max(start.line === end.line ? end.column - 1 : line.length, from + 1);
  const cutLeft = line.length > MAX_COLUMNS && from > COLUMNS_BEFORE ? from - COLUMNS_BEFORE : 0;
  const cutRight = Math.min(line.length, cutLeft + MAX_COLUMNS);
  const before = line.slice(cutLeft, from);
  const marked = line.slice(from, Math.min(to, cutRight));
  const lead = cutLeft > 0 ? '…' : '';
  const text = `${lead}${line.slice(cutLeft, cutRight)}${cutRight < line.length ? '…' : ''}`;
  return {
    text: printable(text).trimEnd(),
    underline: `${lead && ' '}${blanksFor(before)}${'^'.repeat(Math.max(1, widthOf(marked)))}`,
  };
}

/** Blanks as wide as a text; its tabs stay, so that they are as wide as above. */
const blanksFor = (text: string): string =>
  [...text].map((character) => (character === '\t' ? '\t' : ' '.repeat(columnsOf(character)))).join('');

const widthOf = (text: string): number => [...text].reduce((sum, character) => sum + columnsOf(character), 0);

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
