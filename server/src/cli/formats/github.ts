/** For GitHub Actions: one workflow command per finding, which becomes an annotation in the pull request. */
import type { Severity } from '../../rules/rule.ts';
import type { Report, ReportedFinding } from '../report.ts';

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
};

/** The workflow commands; unreadable input is an error of its file. */
export function github(report: Report): string {
  const unreadable = report.unreadable.map(
    ({ path, reason }) => `::error file=${property(path)},title=irqtopo::${data(`${path} ${reason}`)}`,
  );
  return [...report.findings.map(command), ...unreadable].map((line) => `${line}\n`).join('');
}

function command({ rule, severity, message, at, related }: ReportedFinding): string {
  const { path, start, end } = at;
  const properties = [
    `file=${property(path)}`,
    `line=${start.line}`,
    // GitHub takes columns for a place in one line only.
    ...(start.line === end.line
      ? [`endLine=${end.line}`, `col=${start.column}`, `endColumn=${end.column}`]
      : [`endLine=${end.line}`]),
    `title=irqtopo ${property(rule)}`,
  ];
  const others = related.map((other) => `\n${other.at.path}:${other.at.start.line}: ${other.message}`).join('');
  return `::${COMMANDS[severity]} ${properties.join(',')}::${data(`${message}${others}`)}`;
}

/** Escaped as the runner unescapes it: what stands after the second `::`. */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** The same for the value of a property, which ends at a comma. */
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
