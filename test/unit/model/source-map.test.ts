import { describe, expect, it } from 'vitest';
import type { Place } from '../../../server/src/model/problem.ts';
import { FIRST_SPEC, modelOf } from './specs.ts';

describe('places', () => {
  const text = `machine m
host-bridge h {
  /// for later
  hotplug endpoint "late one"[4] : nvme at 02.0 { msix = 5; msix = 6
    request msix { vectors = 2 } }
  root-port
}`;
  const model = modelOf(text);
  const [late, port] = model.top[1]?.children ?? [];
  const at = (place: Place) => {
    const { uri, span } = model.sourceMap.locate(place);
    return [...model.files.keys()].includes(uri) && text.slice(span.from, span.to);
  };

  it('are parts of a block', () => {
    if (late === undefined || port === undefined) throw new Error('not declared');
    expect(at({ decl: late, part: 'header' })).toBe('hotplug endpoint "late one"[4] : nvme at 02.0');
    expect(at({ decl: late, part: 'kind' })).toBe('endpoint');
    expect(at({ decl: late, part: 'name' })).toBe('"late one"[4]');
    expect(at({ decl: late, part: 'type' })).toBe('nvme');
    expect(at({ decl: late, part: 'at' })).toBe('02.0');
    expect(at({ decl: late, part: { property: 'msix' } })).toBe('msix');
    expect(at({ decl: late, part: { value: 'msix' } })).toBe('5');
  });

  it('fall back to the header, or the kind, where a part is not written', () => {
    if (late === undefined || port === undefined) throw new Error('not declared');
    expect(at({ decl: late, part: { value: 'msi' } })).toBe('hotplug endpoint "late one"[4] : nvme at 02.0');
    for (const part of ['header', 'kind', 'name', 'type', 'at'] as const) {
      expect(at({ decl: port, part })).toBe('root-port');
    }
  });

  it('are found for every block of every depth', () => {
    const first = modelOf(FIRST_SPEC);
    const visit = (decls: typeof first.top): void => {
      for (const decl of decls) {
        const { span } = first.sourceMap.locate({ decl, part: 'kind' });
        expect(FIRST_SPEC.slice(span.from, span.to)).toBe(decl.node.kind.text);
        visit(decl.children);
      }
    };
    visit(first.top);
  });
});

describe('ignores', () => {
  it('cover the statement that follows, with all it contains', () => {
    const text = `// irqtopo-ignore address-conflict: on purpose
host-bridge h {
  // irqtopo-ignore unknown-property: not yet
  foo = 3
}
vm g`;
    const { ignores } = modelOf(text);
    expect(ignores.map(({ rule, reason, covers }) => [rule, reason, text.slice(covers.from, covers.to)])).toEqual([
      ['address-conflict', 'on purpose', text.slice(text.indexOf('host'), text.indexOf('\nvm'))],
      ['unknown-property', 'not yet', 'foo = 3'],
    ]);
  });
});

describe('a text cut off anywhere', () => {
  it('has a model, and keeps the functions before the cut', () => {
    const end = FIRST_SPEC.indexOf('root-port rp1');
    for (let length = 0; length <= FIRST_SPEC.length; length += 3) {
      const { machine, problems, sourceMap } = modelOf(FIRST_SPEC.slice(0, length));
      for (const problem of problems) expect(sourceMap.locate(problem.at).span.to).toBeLessThanOrEqual(length);
      if (length > end) {
        expect(machine.hostBridges[0]?.children[0]?.children[0]?.children.map(({ name }) => name)).toEqual([
          'nic0',
          'late',
        ]);
      }
    }
  });
});
