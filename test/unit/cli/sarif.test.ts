/** SARIF 2.1.0, checked as its readers check it: by what the specification says MUST hold for the parts we write. */
import type { Log, Region } from 'sarif';
import { describe, expect, it } from 'vitest';
import { sarif } from '../../../server/src/cli/formats/sarif.ts';
import { RULES } from '../../../server/src/rules/index.ts';
import { empty, finding, range, report } from './report.ts';

const log = (of = report): Log => JSON.parse(sarif(of));
const runOf = (of = report) => {
  const [run, ...others] = log(of).runs;
  expect(others).toEqual([]);
  if (run === undefined) throw new Error('no run');
  return run;
};

describe('sarif', () => {
  it('names its version', () => {
    expect(log()).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'irqtopo' } } }] });
    expect(log().$schema).toMatch(/sarif.*2\.1\.0/);
  });
  it('describes every rule, each once, with help in both forms', () => {
    const { rules = [] } = runOf().tool.driver;
    expect(rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(rule.shortDescription?.text).toMatch(/\S\.$/);
      expect(rule.fullDescription?.text).not.toBe('');
      expect(rule.help?.text).not.toBe('');
      expect(rule.help?.markdown).toContain(rule.id);
      expect(['error', 'warning', 'note']).toContain(rule.defaultConfiguration?.level);
    }
  });
  it('points from each result to its rule', () => {
    const { results = [], tool } = runOf();
    expect(results).toHaveLength(report.findings.length);
    for (const result of results) {
      expect(tool.driver.rules?.[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
      expect(result.message.text).not.toBe('');
    }
    expect(results.map(({ level }) => level)).toEqual(['error', 'note']);
  });
  it('gives places with an end that is not before the start', () => {
    const { results = [], columnKind } = runOf();
    expect(columnKind).toBe('utf16CodeUnits');
    const places = results.flatMap(({ locations = [], relatedLocations = [] }) => [...locations, ...relatedLocations]);
    expect(places).toHaveLength(3);
    for (const { physicalLocation } of places) {
      expect(physicalLocation?.artifactLocation?.uriBaseId).toBe('SRCROOT');
      expect(isForward(physicalLocation?.region)).toBe(true);
    }
  });
  it('writes paths as relative URI references', () => {
    const at = range('a b/#1:x%/é.irqtopo', 1, 'x', 'x');
    const { results = [] } = runOf({ ...empty, findings: [{ ...finding, at, related: [] }] });
    expect(results[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(
      'a%20b/%231%3Ax%25/%C3%A9.irqtopo',
    );
  });
  it('tells of input that could not be read', () => {
    expect(runOf().invocations?.[0]).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [
        { level: 'error', message: { text: 'old.irqtopo is not UTF-8: byte 0xe9 in line 2' } },
      ],
    });
    expect(runOf(empty).invocations?.[0]?.executionSuccessful).toBe(true);
  });
});

function isForward(region: Region | undefined): boolean {
  const { startLine = 0, startColumn = 0, endLine = 0, endColumn = 0 } = region ?? {};
  return (
    startLine >= 1 && startColumn >= 1 && (endLine > startLine || (endLine === startLine && endColumn >= startColumn))
  );
}
