import { describe, expect, it } from 'vitest';
import type { PciNode } from '../../../server/src/model/machine.ts';
import { buildModel, type Model } from '../../../server/src/model/model.ts';
import { parse } from '../../../server/src/syntax/parser.ts';
import type { Body, Statement, Tree } from '../../../server/src/syntax/tree.ts';
import { FIRST_SPEC, MAIN, modelOf, sourcesOf } from './specs.ts';

/** A tree of `text` that keeps the statements of `before` whose text is the same, as an incremental parser does. */
function reparsed(before: Tree, text: string): Tree {
  const after = parse(text);
  return { ...after, root: kept(before.root, before.text, 0, after.root, text, 0) };
}

function kept(old: Body, oldText: string, oldFrom: number, next: Body, text: string, from: number): Body {
  const statements = next.statements.map((statement, i): Statement => {
    const other = old.statements[i];
    const oldStart = oldFrom + (old.starts[i] ?? 0);
    const start = from + (next.starts[i] ?? 0);
    if (other === undefined) return statement;
    const same = oldText.slice(oldStart, oldStart + other.width) === text.slice(start, start + statement.width);
    if (same) return other;
    if (statement.node !== 'block' || other.node !== 'block' || !statement.body || !other.body) return statement;
    const oldBody = oldStart + (other.braces?.from ?? 0) + 1;
    const body = start + (statement.braces?.from ?? 0) + 1;
    return { ...statement, body: kept(other.body, oldText, oldBody, statement.body, text, body) };
  });
  return { ...next, statements };
}

function edited(before: Model, text: string): Model {
  const tree = before.files.get(MAIN);
  if (tree === undefined) throw new Error('no main file');
  return buildModel(sourcesOf({ 'main.irqtopo': text }), MAIN, new Map([[MAIN, reparsed(tree, text)]]), before);
}

function nodesOf(model: Model): ReadonlyMap<string, PciNode> {
  const found = new Map<string, PciNode>();
  const visit = (nodes: readonly PciNode[]) => {
    for (const node of nodes) {
      if (node.name !== undefined) found.set(node.name, node);
      visit(node.children);
    }
  };
  for (const { children } of model.machine.hostBridges) visit(children);
  return found;
}

/** The names of functions that are other objects than before. */
const changed = (before: Model, after: Model) => {
  const old = nodesOf(before);
  return [...nodesOf(after)].filter(([name, node]) => old.get(name) !== node).map(([name]) => name);
};

describe('after an edit', () => {
  const before = modelOf(FIRST_SPEC);

  it('of nothing, all is the same', () => {
    expect(changed(before, edited(before, FIRST_SPEC))).toEqual([]);
  });

  it('of one endpoint, only it and what stands around it is made anew', () => {
    const after = edited(before, FIRST_SPEC.replace('msix = 10', 'msix = 12'));
    expect(changed(before, after)).toEqual(['rp0', 'br0', 'late']);
    expect(nodesOf(after).get('late')?.capabilities.msix).toBe(12);
  });

  it('that moves everything, nothing is made anew, and places move along', () => {
    const text = `// a comment before all\n${FIRST_SPEC}`;
    const tree = before.files.get(MAIN);
    const after = edited(before, text);
    expect(changed(before, after)).toEqual([]);
    const late = nodesOf(after).get('late');
    const place = late && after.sourceMap.locate({ decl: late.decl, part: 'name' });
    expect(place && text.slice(place.span.from, place.span.to)).toBe('late[8]');
    expect(tree?.text).toBe(FIRST_SPEC);
  });

  it('of the kernel, all functions are made anew, for their drivers may ask for other numbers', () => {
    const after = edited(before, FIRST_SPEC.replace('linux-6.1', 'linux-7.2'));
    expect(changed(before, after)).toEqual([...nodesOf(after).keys()]);
    expect(after.machine.rules).toBe('7.2');
  });

  it('of a step, no function is made anew', () => {
    const after = edited(before, FIRST_SPEC.replace('plug late[0]', 'plug late[1]'));
    expect(changed(before, after)).toEqual([]);
    const plug = after.machine.scenarios[0]?.steps[1];
    expect(plug).toMatchObject({ op: 'plug', subjects: [{ numbers: [1] }] });
  });

  it('of a device type, the functions of that type follow', () => {
    const spec = (msix: number) => `device-type fat { msix = ${msix} }\nhost-bridge h { endpoint e : fat }`;
    const first = modelOf(spec(3));
    const second = edited(first, spec(5));
    expect(nodesOf(second).get('e')?.capabilities.msix).toBe(5);
    expect(nodesOf(edited(second, spec(3))).get('e')?.capabilities.msix).toBe(3);
  });

  it('that mends a type elsewhere, its problem goes', () => {
    const spec = (name: string) => `device-type ${name} { msix = 3 }\nhost-bridge h { endpoint e : fat }`;
    const broken = modelOf(spec('fit'));
    expect(broken.problems.map(({ message }) => message)).toEqual(['No type named fat; did you mean fit?']);
    const mended = edited(broken, spec('fat'));
    expect(mended.problems).toEqual([]);
    expect(nodesOf(mended).get('e')?.capabilities.msix).toBe(3);
  });
});
