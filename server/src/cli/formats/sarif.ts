/** For code scanning: SARIF 2.1.0, with each rule's page as its help. */
import pages from 'irqtopo:pages';
import type { Location, Log, PhysicalLocation, ReportingDescriptor, Result } from 'sarif';
import packageJson from '../../../../package.json' with { type: 'json' };
import { RULES } from '../../rules/index.ts';
import type { Rule, Severity } from '../../rules/rule.ts';
import type { Report, ReportedFinding, SourceRange } from '../report.ts';

const LEVELS: Readonly<Record<Severity, Result.level>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

/** The report as a SARIF log with one run. */
export function sarif(report: Report): string {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: packageJson.name, semanticVersion: packageJson.version, rules: RULES.map(descriptor) },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The folder that irqtopo ran in.' } } },
        invocations: [
          {
            executionSuccessful: report.unreadable.length === 0,
            toolExecutionNotifications: report.unreadable.map(({ path, reason }) => ({
              level: 'error',
              message: { text: `${path} ${reason}` },
              locations: [{ physicalLocation: { artifactLocation: artifact(path) } }],
            })),
          },
        ],
        artifacts: report.specs.map((path) => ({ location: artifact(path) })),
        results: report.findings.map(result),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function descriptor(rule: Rule): ReportingDescriptor {
  return {
    id: rule.id,
    shortDescription: { text: sentence(rule.title) },
    fullDescription: { text: rule.checks },
    help: { text: plain(`${rule.why}\n\n${rule.remedy}`), markdown: pages[rule.id] ?? `${rule.why}\n\n${rule.remedy}` },
    defaultConfiguration: { level: LEVELS[rule.severity] },
  };
}

const INDEX: ReadonlyMap<string, number> = new Map(RULES.map((rule, index) => [rule.id, index]));

function result({ rule, severity, message, at, related }: ReportedFinding): Result {
  const ruleIndex = INDEX.get(rule);
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: { text: message },
    locations: [{ physicalLocation: physical(at) }],
    ...(related.length === 0 ? {} : { relatedLocations: related.map(relatedLocation) }),
  };
}

function relatedLocation({ at, message }: ReportedFinding['related'][number], index: number): Location {
  return { id: index + 1, physicalLocation: physical(at), message: { text: message } };
}

function physical({ path, start, end }: SourceRange): PhysicalLocation {
  return {
    artifactLocation: artifact(path),
    region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
  };
}

/** A path as a relative URI reference: its segments encoded, so that `#` and blanks stay part of a name. */
const artifact = (path: string) => ({ uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' });

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

/** Markdown without its marks, for viewers that show text alone. */
const plain = (markdown: string): string => markdown.replace(/`([^`]*)`/g, '$1').replace(/\*\*([^*]*)\*\*/g, '$1');
