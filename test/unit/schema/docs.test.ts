import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildModel } from '../../../server/src/model/model.ts';
import { KINDS } from '../../../server/src/schema/index.ts';
import { parse } from '../../../server/src/syntax/parser.ts';
import type { Block, Body, SyntaxProblem } from '../../../server/src/syntax/tree.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const blocksOf = (page: string) => [...page.matchAll(/```irqtopo\n(.*?)```/gs)].map(([, text = '']) => text);
const language = blocksOf(readFileSync(join(root, 'docs', 'language.md'), 'utf8'));

/** Messages of everything that is wrong with a spec as written. */
function problems(text: string): string[] {
  const model = buildModel({ read: () => ({ text }), resolve: (_, path) => ({ uri: path }) }, 'file:///page.irqtopo');
  return [...syntaxProblems(parse(text).root), ...model.problems].map(({ rule, message }) => `${rule}: ${message}`);
}

function syntaxProblems({ statements }: Body): readonly SyntaxProblem[] {
  return statements.flatMap((statement) => [
    ...statement.problems,
    ...(statement.node === 'block' && statement.body ? syntaxProblems(statement.body) : []),
  ]);
}

function* kindsIn(body: Body): Generator<string> {
  const blocks = body.statements.filter((statement): statement is Block => statement.node === 'block');
  for (const block of blocks) {
    yield block.kind.text;
    if (block.body) yield* kindsIn(block.body);
  }
}

describe('docs/language.md', () => {
  it.each(language.map((text) => [text.trim().split('\n')[0], text] as const))(
    '%s … is a spec without fault',
    (_, text) => {
      expect(problems(text)).toEqual([]);
    },
  );

  it('would not hide a fault', () => {
    expect(problems('endpoint nic0 { msix = yes }')).not.toEqual([]);
    expect(problems('machine { os = }')).not.toEqual([]);
  });

  it('has enough of them to learn from', () => {
    expect(language.length).toBeGreaterThanOrEqual(7);
  });
});

describe('the examples of the reference', () => {
  it.each(KINDS.map((kind) => [kind.word, kind.example] as const))('of %s parses and shows it', (word, example) => {
    const { root: body } = parse(example);
    expect(syntaxProblems(body)).toEqual([]);
    expect([...kindsIn(body)]).toContain(word);
  });
});
