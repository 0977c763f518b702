import { describe, expect, it } from 'vitest';
import { github } from '../../../server/src/cli/formats/github.ts';
import { json } from '../../../server/src/cli/formats/json.ts';
import { pretty } from '../../../server/src/cli/formats/pretty.ts';
import { empty, finding, range, report } from './report.ts';

const ESC = String.fromCharCode(27);

describe('pretty', () => {
  it('shows the line, what is wrong in it, who else is involved and the way out', () => {
    const help = 'Give nic1 a root port of its own (1 more port, bus 3)';
    expect(pretty({ ...report, findings: [finding] }, false)).toBe(
      [
        'error[itt-exhausted]: DeviceID 0x0200: 3 events needed, 1 of 8 is left',
        '  --> samples/shared-bridge.irqtopo:31:21',
        '   |',
        '31 |     pcie-pci-bridge br0 {',
        '   |                     ^^^',
        '   = note: nic0 takes events 0..2 (samples/lib/nic.irqtopo:7:10)',
        `   = help: ${help}`,
        '',
        '2 specs checked: 1 error',
        'Why, and what else helps: irqtopo explain itt-exhausted',
        '',
      ].join('\n'),
    );
  });
  it('says that nothing was found', () => {
    expect(pretty(empty, false)).toBe('1 spec checked: nothing found\n');
  });
  it('counts by severity, the worst first', () => {
    expect(pretty(report, false)).toContain('2 specs checked: 1 error, 1 info\n');
  });
  it('uses colours only when asked to', () => {
    expect(pretty(report, true)).toContain(`${ESC}[31m`);
    expect(pretty(report, false)).not.toContain(ESC);
  });
  it('puts the caret under the place, whatever stands before it', () => {
    const text = (line: string, mark: string) => {
      const shown = pretty({ ...empty, findings: [{ ...finding, at: range('x', 1, line, mark) }] }, false).split('\n');
      return [shown[3], shown[4]];
    };
    expect(text('\t\tnic0', 'nic0')).toEqual(['1 | \t\tnic0', '  | \t\t^^^^']);
    expect(text('/* 網 é */ nic0', 'nic0')).toEqual(['1 | /* 網 é */ nic0', '  |            ^^^^']);
    expect(text('"a😀" x', 'x')).toEqual(['1 | "a😀" x', '  |       ^']);
  });
  it('marks a place behind the end of a line, and one that goes over lines', () => {
    const at = { path: 'x', start: { line: 1, column: 4 }, end: { line: 1, column: 4 }, line: 'abc' };
    expect(pretty({ ...empty, findings: [{ ...finding, at }] }, false)).toContain('1 | abc\n  |    ^\n');
    const over = { ...at, start: { line: 1, column: 2 }, end: { line: 3, column: 1 } };
    expect(pretty({ ...empty, findings: [{ ...finding, at: over }] }, false)).toContain('1 | abc\n  |  ^^\n');
  });
  it('cuts a line that is too long, on both sides of the place', () => {
    const at = range('x', 1, `${'a'.repeat(5000)}nic0${'b'.repeat(5000)}`, 'nic0');
    const [, , , source = '', carets = ''] = pretty({ ...empty, findings: [{ ...finding, at }] }, false).split('\n');
    expect(source.length).toBeLessThan(150);
    expect(source.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('nic0');
  });
  it('lets no text of a spec give orders to the terminal', () => {
    const evil = `${ESC}[2J\u202Enic\r`;
    const at = range('x', 1, `endpoint ${evil}`, 'nic');
    const shown = pretty({ ...empty, findings: [{ ...finding, message: evil, at, related: [] }] }, false);
    expect(shown).not.toMatch(/[\p{Bidi_Control}]/u);
    expect(shown).not.toContain(ESC);
    expect(shown).not.toContain('\r');
    expect(shown).toContain('␛[2J');
  });
});

describe('json', () => {
  const read = (text: string): unknown => JSON.parse(text);
  it('has the documented shape', () => {
    expect(read(json(report))).toMatchObject({
      version: 1,
      summary: { specs: 2, error: 1, warning: 0, info: 1, hint: 0, unreadable: 1 },
      specs: report.specs,
      unreadable: report.unreadable,
      findings: [
        {
          rule: 'itt-exhausted',
          severity: 'error',
          message: finding.message,
          path: 'samples/shared-bridge.irqtopo',
          start: { line: 31, column: 21 },
          end: { line: 31, column: 24 },
          related: [
            { message: 'nic0 takes events 0..2', path: 'samples/lib/nic.irqtopo', start: { line: 7, column: 10 } },
          ],
          facts: { deviceId: 512, free: 1 },
        },
        { rule: 'devid-aliased-by-bridge', related: [] },
      ],
    });
  });
});

describe('github', () => {
  it('escapes what the runner would take for its own', () => {
    expect(github(report)).toBe(
      [
        '::error file=samples/shared-bridge.irqtopo,line=31,endLine=31,col=21,endColumn=24,title=irqtopo itt-exhausted::DeviceID 0x0200: 3 events needed, 1 of 8 is left%0Asamples/lib/nic.irqtopo:7: nic0 takes events 0..2',
        '::notice file=samples/shared-bridge.irqtopo,line=31,endLine=31,col=21,endColumn=24,title=irqtopo devid-aliased-by-bridge::50%25: a,b%0Ac',
        '::error file=old.irqtopo,title=irqtopo::old.irqtopo is not UTF-8: byte 0xe9 in line 2',
        '',
      ].join('\n'),
    );
    expect(github({ ...empty, unreadable: [{ path: 'a,b:c', reason: 'x' }] })).toContain('file=a%2Cb%3Ac,');
  });
  it('is silent when nothing was found', () => {
    expect(github(empty)).toBe('');
  });
});
