/** What docs/x86.md shows is what the checker says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allocationText } from '../../../server/src/ide/allocation-text.ts';
import { analysisOf } from '../ide/spec.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'x86.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1] ?? '';

it('docs/x86.md shows a spec without findings, and its allocation', () => {
  const analysis = analysisOf(block('irqtopo'));
  expect(analysis.findings.map(({ finding }) => finding.message)).toEqual([]);
  expect(block('text')).not.toBe('');
  expect(allocationText(analysis)).toContain(block('text'));
});
