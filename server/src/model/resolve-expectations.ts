/** What an `expect` asserts. */
import { propertyOf } from '../schema/index.ts';
import type { Subject } from '../schema/types.ts';
import type { Value } from '../syntax/tree.ts';
import type { Declared } from './declared.ts';
import type { Accepts, Expectation } from './machine.ts';
import type { ModelProblem } from './problem.ts';
import { either, withArticle } from './value-text.ts';

/** The assertions of an `expect` block that can be made of its subject, one for each property, in order. */
export function resolveExpectations(decl: Declared, subject: Subject): readonly Expectation[] {
  const expectations: Expectation[] = [];
  for (const [key, value] of decl.values) {
    const accepts = subjectsOf(key).includes(subject) ? acceptsOf(value) : undefined;
    if (accepts !== undefined) expectations.push({ decl, key, accepts });
  }
  return expectations;
}

/** Adds the properties of an `expect` that cannot be asserted of its subject. */
export function checkSubject(decl: Declared, subject: Subject, problems: ModelProblem[]): void {
  for (const key of decl.values.keys()) {
    const subjects = subjectsOf(key);
    if (subjects.includes(subject)) continue;
    const others = subjects.map((other) => (other === 'machine' ? 'the machine' : withArticle(other)));
    problems.push({
      rule: 'unknown-property',
      at: { decl, part: { property: key } },
      message: `Property ${key} cannot be expected of ${subject === 'machine' ? 'the machine' : withArticle(subject)}; it is for ${either(others)}`,
      facts: { property: key, kind: 'expect' },
    });
  }
}

const subjectsOf = (key: string): readonly Subject[] => propertyOf('expect', key)?.subjects ?? [];

function acceptsOf(value: Value): Accepts | undefined {
  switch (value.is) {
    case 'number':
      return { is: 'number', number: value.number };
    case 'word':
      // `present = true` is `present = 1`.
      if (value.text === 'true') return { is: 'number', number: 1 };
      if (value.text === 'false') return { is: 'number', number: 0 };
      return { is: 'word', word: value.text };
    case 'range':
      if (value.from.is !== 'number' || value.to.is !== 'number') return undefined;
      return { is: 'range', from: value.from.number, to: value.to.number };
    case 'list':
      return { is: 'list', items: value.items.flatMap((item) => acceptsOf(item) ?? []) };
    default:
      return undefined;
  }
}
