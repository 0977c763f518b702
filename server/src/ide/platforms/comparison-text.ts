/** Platforms as texts that people read: aligned tables, which are also markdown. */
import { markdownTable } from 'markdown-table';
import { failureText } from '../../base/result.ts';
import type { Severity } from '../../rules/rule.ts';
import { MODE_NAMES } from '../../rules/words.ts';
import type { ControllerRow } from '../allocation.ts';
import { allocationText } from '../allocation-text.ts';
import { type Cell, type Comparison, type OnPlatform, rulesOf } from './comparison.ts';
import type { SpecOn } from './spec-on.ts';

/** One platform: its allocation as `show` prints it, what was changed for it, and its findings. */
export const platformText = (there: OnPlatform): string =>
  `${changesText(there.spec)}\n\n${allocationText(there.analysis)}\nFindings: ${worstText(there)}\n`;

/** What was changed for a platform and what is found there, without the allocation. */
export const summaryText = (there: OnPlatform): string => `${worstText(there)}\n\n${changesText(there.spec)}`;

const changesText = ({ platform, changes }: SpecOn): string =>
  changes.length === 0
    ? `The spec is of ${platform.type} as it is.`
    : [`Changed for ${platform.type}:`, ...changes.map((change) => `- ${change}`)].join('\n');

/** How much is found, and what is worst in words. */
function worstText(there: OnPlatform): string {
  const worst = there.analysis.findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  const told = worst
    .slice(0, FINDINGS_TOLD)
    .map(({ finding, severity }) => `- ${severity} ${finding.rule}: ${finding.message}`);
  const more = worst.length > told.length ? [`- and ${worst.length - told.length} more`] : [];
  return [findingsText(there), ...told, ...more].join('\n');
}

/** Nobody reads the hundredth: the editor shows them where they are. */
const FINDINGS_TOLD = 20;

/** The platforms side by side: function by function, then what each has given out and found. */
export function comparisonText(comparison: Comparison): string {
  const columns = columnsOf(comparison);
  const headings = ['function', ...columns.map(({ types }) => types.join(', '))];
  const parts = comparison.moments.flatMap(({ scenario, functions }, moment) => {
    const rows = functions.map(({ name }, fn) => [name, ...columns.map(({ texts }) => texts[moment]?.cells[fn] ?? '')]);
    const totals = ['*taken, free*', ...columns.map(({ texts }) => texts[moment]?.total ?? '')];
    const title = scenario === undefined ? 'After the boot' : `At the end of scenario ${JSON.stringify(scenario)}`;
    return [title, '', markdownTable([headings, ...rows, totals]), ''];
  });
  const told = comparison.platforms.map((one) => [one.spec.platform.type, findingsText(one)]);
  const changes = comparison.platforms.flatMap(({ spec: { platform, changes } }) =>
    changes.length === 0 ? [] : ['', `Changed for ${platform.type}:`, ...changes.map((change) => `- ${change}`)],
  );
  return `${[...parts, markdownTable([['platform', 'findings'], ...told]), ...changes].join('\n')}\n`;
}

/** Platforms that come to the same, as XICS and XIVE do, share a column. */
interface Column {
  readonly types: string[];
  /** Of each moment. */
  readonly texts: readonly { readonly cells: readonly string[]; readonly total: string }[];
}

function columnsOf({ platforms, moments }: Comparison): readonly Column[] {
  const columns = new Map<string, Column>();
  platforms.forEach(({ spec: { platform } }, i) => {
    const texts = moments.map(({ functions, controllers }) => ({
      cells: functions.map(({ cells }) => cellText(cells[i])),
      total: (controllers[i] ?? []).map(totalText).join(', '),
    }));
    const key = JSON.stringify([platform.family, texts]);
    const alike = columns.get(key);
    if (alike) alike.types.push(platform.type);
    else columns.set(key, { types: [platform.type], texts });
  });
  return [...columns.values()];
}

/** What a function has on one platform: "MSI-X 3, from 8192", "MSI 1 of 4, from 80", "INTx for MSI-X 3", "-ENOSPC". */
export function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  const { row, wanted } = cell;
  const { present, calls, mode, vectors, errno, interrupts } = row;
  if (!present) return 'absent';
  const call = calls.findLast(({ by }) => by === 'driver') ?? calls.at(-1);
  const failure = call?.errno ?? (errno === 'none' ? undefined : errno);
  if (failure !== undefined && mode === 'none') return failureText(failure);
  if (mode === 'none') return '';
  const first = interrupts[0];
  const from = first === undefined ? '' : `, from ${first.first}`;
  const got = mode === 'intx' ? 'INTx' : `${MODE_NAMES[mode]} ${vectors}`;
  // What a guest has of a function that it is given, its driver on the host never asked for.
  if (wanted === undefined) return `${got}${from}`;
  if (mode !== wanted.mode) {
    return `${got} for ${MODE_NAMES[wanted.mode]} ${wanted.vectors}${from}`;
  }
  if (mode === 'intx') return got;
  return `${got}${vectors < wanted.vectors ? ` of ${wanted.vectors}` : ''}${from}`;
}

const totalText = ({ type, interrupts }: ControllerRow): string =>
  interrupts === undefined
    ? `no allocator of ${type} yet`
    : `${interrupts.used}, ${interrupts.free} ${interrupts.kind}`;

/** "1 error (v2m-spi-exhausted), 2 warnings (itt-partial ×2), 3 hints" */
function findingsText({ analysis }: OnPlatform): string {
  const said = SEVERITIES.flatMap(({ severity, noun, named }) => {
    const rules = [...rulesOf(analysis.findings, severity)];
    const count = rules.reduce((sum, [, n]) => sum + n, 0);
    if (count === 0) return [];
    const list = rules.map(([rule, n]) => (n === 1 ? rule : `${rule} ×${n}`)).join(', ');
    return [`${count} ${noun}${count === 1 || severity === 'info' ? '' : 's'}${named ? ` (${list})` : ''}`];
  });
  return said.length === 0 ? 'none' : said.join(', ');
}

const SEVERITIES: readonly { readonly severity: Severity; readonly noun: string; readonly named: boolean }[] = [
  { severity: 'error', noun: 'error', named: true },
  { severity: 'warning', noun: 'warning', named: true },
  { severity: 'info', noun: 'information', named: false },
  { severity: 'hint', noun: 'hint', named: false },
];
