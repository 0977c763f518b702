import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compare, comparisonText, platformOf } from '../../../server/src/ide/platforms/index.ts';
import { readMarkers } from '../../fixtures/markers.ts';
import { analysisOf, sourcesOf } from './spec.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const TYPES = ['gicv3', 'gicv2m', 'x86-apic', 'spapr-dual'];

it('the sample of one tree on four platforms says what the comparison says, and what is found on each', () => {
  const { text } = readMarkers(readFileSync(join(ROOT, 'samples', 'four-platforms.irqtopo'), 'utf8'));
  const platforms = TYPES.flatMap((type) => platformOf(type) ?? []);
  const comparison = compare(analysisOf(text), sourcesOf(text), platforms);
  const table = [...text.matchAll(/^\/\/ (\| .*)$/gm)].map(([, row]) => row);
  expect(table).toHaveLength(8);
  expect(comparisonText(comparison).split('\n')).toEqual(expect.arrayContaining(table));
  for (const row of table) expect(readFileSync(join(ROOT, 'docs', 'platforms.md'), 'utf8')).toContain(`\n${row}\n`);
  const found = comparison.platforms.map(({ spec, analysis }) => [
    spec.platform.type,
    ...analysis.findings.flatMap(({ finding, severity }) =>
      severity === 'error' || severity === 'warning' ? [`${severity} ${finding.rule}`] : [],
    ),
  ]);
  expect(found).toEqual([
    ['gicv3', 'warning hotplug-headroom-insufficient', 'error itt-exhausted'],
    [
      'gicv2m',
      'warning v2m-spi-exhausted',
      'error v2m-spi-exhausted',
      'warning hotplug-headroom-insufficient',
      'error v2m-spi-exhausted',
      'error v2m-spi-exhausted',
      'error v2m-spi-exhausted',
    ],
    ['x86-apic', 'warning multi-msi-unsupported'],
    ['spapr-dual'],
  ]);
});
