/** Reports for the tests of the formats. */
import type { Report, ReportedFinding, SourceRange } from '../../../server/src/cli/report.ts';

const LINE = '    pcie-pci-bridge br0 {';

/** A place in a line: where `mark` stands in it. */
export function range(path: string, line: number, text: string, mark: string): SourceRange {
  const column = text.indexOf(mark) + 1;
  return { path, start: { line, column }, end: { line, column: column + mark.length }, line: text };
}

export const finding: ReportedFinding = {
  rule: 'itt-exhausted',
  severity: 'error',
  message: 'DeviceID 0x0200: 3 events needed, 1 of 8 is left',
  at: range('samples/shared-bridge.irqtopo', 31, LINE, 'br0'),
  related: [{ at: range('samples/lib/nic.irqtopo', 7, 'endpoint nic0', 'nic0'), message: 'nic0 takes events 0..2' }],
  facts: { deviceId: 512, free: 1 },
  help: 'Give nic1 a root port of its own (1 more port, bus 3)',
};

export const report: Report = {
  specs: ['samples/clean-virt.irqtopo', 'samples/shared-bridge.irqtopo'],
  findings: [
    finding,
    { ...finding, severity: 'info', rule: 'devid-aliased-by-bridge', message: '50%: a,b\nc', related: [], facts: {} },
  ],
  unreadable: [{ path: 'old.irqtopo', reason: 'is not UTF-8: byte 0xe9 in line 2' }],
};

export const empty: Report = { specs: ['a.irqtopo'], findings: [], unreadable: [] };
