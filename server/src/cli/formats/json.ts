/** For programs. The shape is documented in docs/ci.md; a change that breaks a reader changes `version`. */
import { countBySeverity, type Report, type SourceRange } from '../report.ts';

const VERSION = 1;

/** The report as one JSON document. */
export function json(report: Report): string {
  const document = {
    version: VERSION,
    summary: { specs: report.specs.length, ...countBySeverity(report), unreadable: report.unreadable.length },
    specs: report.specs,
    findings: report.findings.map(({ rule, severity, message, at, related, facts }) => ({
      rule,
      severity,
      message,
      ...placeOf(at),
      related: related.map((other) => ({ message: other.message, ...placeOf(other.at) })),
      facts,
    })),
    unreadable: report.unreadable,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const placeOf = ({ path, start, end }: SourceRange) => ({ path, start, end });
