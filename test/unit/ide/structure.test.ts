import { describe, expect, it } from 'vitest';
import { foldsOf } from '../../../server/src/ide/folding.ts';
import { enclosingSpans } from '../../../server/src/ide/selection.ts';
import { semanticTokensOf } from '../../../server/src/ide/semantic-tokens.ts';
import { type OutlineItem, outlineOf } from '../../../server/src/ide/symbols.ts';
import { parse } from '../../../server/src/syntax/parser.ts';
import { machine } from './spec.ts';

const TEXT = machine(
  '  // One port.\n  hotplug root-port rp[4] at 01.0 {\n    endpoint e : nvme { dma-alias = [01.0] }\n  }',
);
const tree = parse(TEXT);

describe('outline, folds, tokens, selections', () => {
  it('the outline nests as the blocks do', () => {
    const tell = ({ name, detail, role, children }: OutlineItem): unknown => [name, detail, role, children.map(tell)];
    expect(outlineOf(tree).map(tell).at(-1)).toEqual([
      'pcie0',
      'host-bridge',
      'bridge',
      [['rp[4]', 'hotplug root-port at 01.0', 'bridge', [['e', 'endpoint : nvme', 'function', []]]]],
    ]);
  });

  it('blocks, lists and comments fold', () => {
    const folded = foldsOf(tree).map(({ span, of }) => [of, TEXT.slice(span.from, span.to).split('\n')[0]]);
    expect(folded).toContainEqual(['comment', '// One port.']);
    expect(folded).toContainEqual(['block', '[01.0]']);
    expect(folded.filter(([of]) => of === 'block')).toHaveLength(6);
  });

  it('tokens are in order and do not overlap', () => {
    const tokens = semanticTokensOf(tree);
    for (const [i, { span }] of tokens.entries()) expect(span.from).toBeGreaterThanOrEqual(tokens[i - 1]?.span.to ?? 0);
    const words = tokens.map(({ span, type }) => `${TEXT.slice(span.from, span.to)}:${type}`);
    expect(words).toEqual(expect.arrayContaining(['hotplug:keyword', 'root-port:class', 'rp:variable', 'nvme:type']));
    const from = TEXT.indexOf('endpoint');
    expect(semanticTokensOf(tree, { from, to: from + 1 }).length).toBeLessThan(tokens.length);
  });

  it('a selection grows from the word to the file', () => {
    const spans = enclosingSpans(tree, TEXT.indexOf('nvme') + 1).map(({ from, to }) => TEXT.slice(from, to));
    expect(spans[0]).toBe(TEXT);
    expect(spans.at(-1)).toBe('nvme');
    for (const [i, span] of spans.entries())
      expect(span.length).toBeLessThanOrEqual(spans[i - 1]?.length ?? span.length);
  });
});
