import { describe, expect, it } from 'vitest';
import {
  appendToFile,
  applyEdits,
  insertBeside,
  insertInto,
  moveInto,
  removeStatement,
  setProperty,
  wrap,
} from '../../../server/src/syntax/edits.ts';
import { parse } from '../../../server/src/syntax/parser.ts';
import type { Block, TextEdit, Tree } from '../../../server/src/syntax/tree.ts';
import { isBlock, type Located, pathAt } from '../../../server/src/syntax/walk.ts';

const SPEC = `// the machine
machine m { os = linux-6.1 }

host-bridge p { // root
  ecam = 16MiB // 16 buses

  // the first port
  root-port a at 01.0 {
    endpoint x : nvme
  }
  root-port b at 02.0
  its i { device-id-bits = 4; event-id-bits = 5 }
}
`;

/** The deepest statement around the first place where this text stands. */
function at(tree: Tree, text: string): Located {
  const found = pathAt(tree, tree.text.indexOf(text)).at(-1);
  if (found === undefined) throw new Error(`no ${text}`);
  return found;
}

function block(tree: Tree, text: string): Located<Block> {
  const found = at(tree, text);
  if (!isBlock(found)) throw new Error(`${text} is no block`);
  return found;
}

/** The lines that an edit takes away and brings. */
function change(make: (tree: Tree) => readonly TextEdit[], text = SPEC): string {
  const before = text.split('\n');
  const after = applyEdits(text, make(parse(text))).split('\n');
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const part = (lines: string[], sign: string) =>
    lines.slice(head, lines.length - tail).map((line) => `${sign}${line}`);
  return [...part(before, '-'), ...part(after, '+')].join('\n');
}

describe('setProperty', () => {
  it('replaces a value', () => {
    expect(change((t) => setProperty(t, block(t, 'host-bridge'), 'ecam', '256MiB'))).toMatchInlineSnapshot(`
      "-  ecam = 16MiB // 16 buses
      +  ecam = 256MiB // 16 buses"
    `);
  });
  it('fills in a value that is not typed yet', () => {
    expect(
      change((t) => setProperty(t, block(t, 'machine'), 'os', 'linux-6.1'), 'machine m {\n  os =\n}\n'),
    ).toMatchInlineSnapshot(`
      "-  os =
      +  os = linux-6.1"
    `);
  });
  it('adds a line after the last property', () => {
    expect(change((t) => setProperty(t, block(t, 'host-bridge'), 'segment', '1'))).toMatchInlineSnapshot(
      `"+  segment = 1"`,
    );
  });
  it('keeps a one-line block on its line', () => {
    expect(change((t) => setProperty(t, block(t, 'machine'), 'cpus', '4'))).toMatchInlineSnapshot(`
      "-machine m { os = linux-6.1 }
      +machine m { os = linux-6.1; cpus = 4 }"
    `);
  });
  it('unfolds a one-line block that would be too long', () => {
    expect(change((t) => setProperty(t, block(t, 'its i'), 'quirk', 'x'.repeat(80)))).toMatchInlineSnapshot(`
      "-  its i { device-id-bits = 4; event-id-bits = 5 }
      +  its i {
      +    device-id-bits = 4
      +    event-id-bits = 5
      +    quirk = xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
      +  }"
    `);
  });
  it('leaves a one-line block that shares its line on it, however long', () => {
    const text = `endpoint e { msix = 4; request msix { vectors = 4 } }\n`;
    const longer = change((t) => setProperty(t, block(t, 'request'), 'fallback', `[${'msi, '.repeat(20)}intx]`), text);
    expect(longer.split('\n')).toHaveLength(2);
  });
  it('makes braces', () => {
    expect(change((t) => setProperty(t, block(t, 'root-port b'), 'msi', '1'))).toMatchInlineSnapshot(`
      "-  root-port b at 02.0
      +  root-port b at 02.0 { msi = 1 }"
    `);
  });
  it('puts the first property before the blocks', () => {
    expect(change((t) => setProperty(t, block(t, 'root-port a'), 'msi', '1'))).toMatchInlineSnapshot(`"+    msi = 1"`);
  });
  it('fills an empty body', () => {
    expect(change((t) => setProperty(t, block(t, 'a'), 'b', '1'), 'a { }\n')).toBe('-a { }\n+a { b = 1 }');
    expect(change((t) => setProperty(t, block(t, 'a'), 'b', '1'), 'a {\n}\n')).toBe('+  b = 1');
    expect(change((t) => setProperty(t, block(t, 'a'), 'b', '1'), 'a { // why\n  // what\n}\n')).toBe('+  b = 1');
  });
});

describe('removeStatement', () => {
  it('takes its comments and its line along', () => {
    expect(change((t) => removeStatement(t, block(t, 'root-port a')))).toMatchInlineSnapshot(`
      "-  // the first port
      -  root-port a at 01.0 {
      -    endpoint x : nvme
      -  }"
    `);
    expect(change((t) => removeStatement(t, at(t, 'ecam')))).toMatchInlineSnapshot(`"-  ecam = 16MiB // 16 buses"`);
  });
  it('leaves the rest of a shared line', () => {
    expect(change((t) => removeStatement(t, at(t, 'device-id-bits')))).toMatchInlineSnapshot(`
      "-  its i { device-id-bits = 4; event-id-bits = 5 }
      +  its i { event-id-bits = 5 }"
    `);
    expect(change((t) => removeStatement(t, at(t, 'event-id-bits')))).toMatchInlineSnapshot(`
      "-  its i { device-id-bits = 4; event-id-bits = 5 }
      +  its i { device-id-bits = 4 }"
    `);
    expect(change((t) => removeStatement(t, at(t, 'os ='))).split('\n')[1]).toBe('+machine m {  }');
  });
});

describe('insertion', () => {
  const port = 'root-port c {\n  endpoint y\n}';
  it('goes to the end or the start of a body, indented', () => {
    expect(change((t) => insertInto(t, block(t, 'host-bridge'), port, 'last'))).toMatchInlineSnapshot(`
      "+  root-port c {
      +    endpoint y
      +  }"
    `);
    expect(change((t) => insertInto(t, block(t, 'host-bridge'), port, 'first'))).toMatchInlineSnapshot(`
      "+  root-port c {
      +    endpoint y
      +  }"
    `);
    expect(change((t) => insertInto(t, block(t, 'root-port b'), port, 'last'))).toMatchInlineSnapshot(`
      "-  root-port b at 02.0
      +  root-port b at 02.0 {
      +    root-port c {
      +      endpoint y
      +    }
      +  }"
    `);
    expect(change((t) => insertInto(t, block(t, 'its i'), port, 'first'))).toMatchInlineSnapshot(`
      "-  its i { device-id-bits = 4; event-id-bits = 5 }
      +  its i {
      +    root-port c {
      +      endpoint y
      +    }
      +    device-id-bits = 4
      +    event-id-bits = 5
      +  }"
    `);
  });
  it('goes before a statement and its comments, or after it', () => {
    expect(change((t) => insertBeside(t, block(t, 'root-port a'), port, 'before'))).toMatchInlineSnapshot(`
      "+  root-port c {
      +    endpoint y
      +  }"
    `);
    expect(change((t) => insertBeside(t, block(t, 'root-port a'), port, 'after'))).toMatchInlineSnapshot(`
      "+  root-port c {
      +    endpoint y
      +  }"
    `);
    expect(change((t) => insertBeside(t, at(t, 'event-id-bits'), 'x = 1', 'before'))).toMatchInlineSnapshot(`
      "-  its i { device-id-bits = 4; event-id-bits = 5 }
      +  its i { device-id-bits = 4; x = 1; event-id-bits = 5 }"
    `);
  });
  it('ends the file', () => {
    expect(change((t) => appendToFile(t, 'scenario s {\n  boot\n}'))).toMatchInlineSnapshot(`
      "+scenario s {
      +  boot
      +}
      +"
    `);
    expect(change((t) => appendToFile(t, 'boot'), 'machine m')).toMatchInlineSnapshot(`
      "+
      +boot
      +"
    `);
  });
  it('keeps the line ends of the file', () => {
    const text = 'a {\r\n  b = 1\r\n}\r\n';
    expect(applyEdits(text, setProperty(parse(text), block(parse(text), 'a'), 'c', '2'))).toBe(
      'a {\r\n  b = 1\r\n  c = 2\r\n}\r\n',
    );
  });
});

describe('comments', () => {
  it('never swallow what comes after them', () => {
    const text = 'a { x = 1 /* one */; /* two */ }\nb { y = 2 }\nc { /* three */ }\nd // four\n';
    expect(change((t) => moveInto(t, [block(t, 'd //')], block(t, 'a {')), text)).toMatchInlineSnapshot(`
      "-a { x = 1 /* one */; /* two */ }
      -b { y = 2 }
      -c { /* three */ }
      -d // four
      +a {
      +  x = 1 /* one */
      +  /* two */
      +  d // four
      +}
      +b { y = 2 }
      +c { /* three */ }"
    `);
    expect(change((t) => insertBeside(t, at(t, 'y = 2'), 'z = 3 // five', 'before'), text)).toMatchInlineSnapshot(`
      "-b { y = 2 }
      +b { z = 3 // five
      +y = 2 }"
    `);
    expect(change((t) => setProperty(t, block(t, 'c {'), 'z', '3'), text)).toMatchInlineSnapshot(`
      "-c { /* three */ }
      +c {
      +  z = 3
      +  /* three */
      +}"
    `);
  });
});

describe('wrap', () => {
  it('puts a block around statements and indents them', () => {
    expect(
      change((t) => wrap(t, [block(t, 'root-port a'), block(t, 'root-port b')], 'switch s')),
    ).toMatchInlineSnapshot(`
      "-  // the first port
      -  root-port a at 01.0 {
      -    endpoint x : nvme
      -  }
      -  root-port b at 02.0
      +  switch s {
      +    // the first port
      +    root-port a at 01.0 {
      +      endpoint x : nvme
      +    }
      +    root-port b at 02.0
      +  }"
    `);
  });
  it('stays on the line that the statements share', () => {
    expect(change((t) => wrap(t, [at(t, 'os =')], 'x y'))).toMatchInlineSnapshot(`
      "-machine m { os = linux-6.1 }
      +machine m { x y { os = linux-6.1 } }"
    `);
  });
});

describe('moveInto', () => {
  it('cuts with comments and indents anew', () => {
    expect(change((t) => moveInto(t, [block(t, 'endpoint x')], block(t, 'root-port b')))).toMatchInlineSnapshot(`
      "-    endpoint x : nvme
      -  }
      -  root-port b at 02.0
      +  }
      +  root-port b at 02.0 { endpoint x : nvme }"
    `);
    expect(change((t) => moveInto(t, [block(t, 'root-port a')], block(t, 'root-port b')))).toMatchInlineSnapshot(`
      "-  // the first port
      -  root-port a at 01.0 {
      -    endpoint x : nvme
      -  }
      -  root-port b at 02.0
      +  root-port b at 02.0 {
      +    // the first port
      +    root-port a at 01.0 {
      +      endpoint x : nvme
      +    }
      +  }"
    `);
  });
});
