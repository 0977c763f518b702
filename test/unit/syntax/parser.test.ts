import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, MAX_TEXT_LENGTH, parse } from '../../../server/src/syntax/parser.ts';
import type { Body, Statement } from '../../../server/src/syntax/tree.ts';

const SPEC = `/// The guest of the 2019 thread: an SHPC bridge
/// whose functions all share one DeviceID.
machine guest { os = linux-6.1 }

interrupt-controller gic : gicv3 {
  id-bits = 16                              // LPIs 8192..65535
  its its0 { device-id-bits = 16; event-id-bits = 16 }
}

host-bridge pcie0 {
  ecam = 256MiB                             // 256 buses; 16MiB would be 16
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x0 }

  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 : virtio-net-pci at 01.0
      hotplug endpoint late[8] at 02.0 {                             // slots 02 … 09, absent at boot
        msix = 10
        request msix { vectors = 2..10 }
      }
    }
  }
}

scenario "the shared table is full after one" {
  boot
  plug late[0]
  expect late[0] { error = ENOSPC }
}
`;

/** A body as one line per statement, indented: what it is and where its problems are. */
function outline(text: string): string {
  const lines: string[] = [];
  const show = (body: Body, start: number, indent: string) => {
    for (const [i, statement] of body.statements.entries()) {
      const at = start + (body.starts[i] ?? 0);
      if (statement.node !== 'blank') lines.push(`${indent}${shown(statement)}`);
      for (const { rule, span, message, replacement } of statement.problems) {
        const there = JSON.stringify(text.slice(at + span.from, at + span.to));
        const fix = replacement === undefined ? '' : ` → ${replacement}`;
        lines.push(`${indent}! ${rule} at ${there}: ${message}${fix}`);
      }
      if (statement.node === 'block' && statement.body !== undefined && statement.braces !== undefined) {
        show(statement.body, at + statement.braces.from + 1, `${indent}  `);
      }
    }
  };
  show(parse(text).root, 0, '');
  return lines.join('\n');
}

function shown(statement: Statement): string {
  switch (statement.node) {
    case 'block': {
      const { hotplug, kind, name, type, at } = statement;
      const indexes = name?.indexes.map((x) => (x.range ? `[${x.from}..${x.to}]` : `[${x.from}]`)).join('') ?? '';
      const slot = at === undefined ? '' : ` at ${at.value === undefined ? '?' : plain(at.value)}`;
      const label = name === undefined ? '' : ` ${name.quoted ? JSON.stringify(name.text) : name.text}${indexes}`;
      return `${hotplug ? 'hotplug ' : ''}${kind.text}${label}${type ? ` : ${type.text || '?'}` : ''}${slot}`;
    }
    case 'property':
      return `${statement.key.text} = ${plain(statement.value)}`;
    case 'include':
      return `include ${statement.path.text}`;
    default:
      return statement.node;
  }
}

/** A value without its spans. */
function plain(value: unknown): string {
  const { is, ...rest } = JSON.parse(JSON.stringify(value, (key, part) => (key === 'span' ? undefined : part)));
  return `${is}${JSON.stringify(rest)}`;
}

describe('parse', () => {
  it('reads a whole spec', () => {
    expect(outline(SPEC)).toMatchInlineSnapshot(`
      "machine guest
        os = word{"text":"linux-6.1","indexes":[]}
      interrupt-controller gic : gicv3
        id-bits = number{"number":16,"hexadecimal":false}
        its its0
          device-id-bits = number{"number":16,"hexadecimal":false}
          event-id-bits = number{"number":16,"hexadecimal":false}
      host-bridge pcie0
        ecam = size{"bytes":268435456}
        msi-map its0
          requester-ids = range{"from":{"is":"number","number":0,"hexadecimal":true},"to":{"is":"number","number":65535,"hexadecimal":true}}
          device-ids = number{"number":0,"hexadecimal":true}
        root-port rp0 at address{"address":{"device":1,"function":0}}
          pcie-pci-bridge br0
            endpoint nic0 : virtio-net-pci at address{"address":{"device":1,"function":0}}
            hotplug endpoint late[8] at address{"address":{"device":2,"function":0}}
              msix = number{"number":10,"hexadecimal":false}
              request msix
                vectors = range{"from":{"is":"number","number":2,"hexadecimal":false},"to":{"is":"number","number":10,"hexadecimal":false}}
      scenario "the shared table is full after one"
        boot
        plug late[0]
        expect late[0]
          error = word{"text":"ENOSPC","indexes":[]}"
    `);
  });

  it('keeps documentation with the block after it', () => {
    const first = parse(SPEC).root.statements[0];
    expect(first?.doc).toBe('The guest of the 2019 thread: an SHPC bridge\nwhose functions all share one DeviceID.');
  });

  it('forgets documentation that a blank line cuts off, and reads what is silenced', () => {
    const text = '/// of nothing\n\n/// of m\n// irqtopo-ignore unused-its: kept for later\nmachine m\n';
    const first = parse(text).root.statements[0];
    expect(first?.doc).toBe('of m');
    expect(first?.ignores?.map(({ rule, reason }) => [rule, reason])).toEqual([['unused-its', 'kept for later']]);
  });

  it('reads documentation with any line ends', () => {
    const first = parse('/// one\r\n/// two\r\nmachine m\r\n').root.statements[0];
    expect(first?.doc).toBe('one\ntwo');
  });

  it('reserves no word', () => {
    const text =
      'endpoint at at 01.0\nat : nvme at 01.0\nhotplug endpoint hotplug\nhotplug = native\ninclude = 1\ninclude x\n';
    expect(outline(text)).toMatchInlineSnapshot(`
      "endpoint at at address{"address":{"device":1,"function":0}}
      at : nvme at address{"address":{"device":1,"function":0}}
      hotplug endpoint hotplug
      hotplug = word{"text":"native","indexes":[]}
      include = number{"number":1,"hexadecimal":false}
      include x"
    `);
  });

  it('ends a statement with its line, and lists only with their bracket', () => {
    expect(outline('a = [1, // one\n  2,\n\n  3]; b = 2 /* x\n */ c = 3;;\n\n;d')).toMatchInlineSnapshot(`
      "a = list{"items":[{"is":"number","number":1,"hexadecimal":false},{"is":"number","number":2,"hexadecimal":false},{"is":"number","number":3,"hexadecimal":false}]}
      b = number{"number":2,"hexadecimal":false}
      c = number{"number":3,"hexadecimal":false}
      d"
    `);
  });

  it('reads every form of number, size and address', () => {
    const text =
      'a = 1_000; b = 0x1F; c = 0b1010; d = 4KiB; e = 01.0; f = ff:1f.7; g = 0000:0a:00.0..0000:0a:00.7; h = pcie.0; i = v[0..3][2]';
    expect(outline(text)).toMatchInlineSnapshot(`
      "a = number{"number":1000,"hexadecimal":false}
      b = number{"number":31,"hexadecimal":true}
      c = number{"number":10,"hexadecimal":false}
      d = size{"bytes":4096}
      e = address{"address":{"device":1,"function":0}}
      f = address{"address":{"bus":255,"device":31,"function":7}}
      g = range{"from":{"is":"address","address":{"segment":0,"bus":10,"device":0,"function":0}},"to":{"is":"address","address":{"segment":0,"bus":10,"device":0,"function":7}}}
      h = word{"text":"pcie.0","indexes":[]}
      i = word{"text":"v","indexes":[{"from":0,"to":3,"range":true},{"from":2,"to":2,"range":false}]}"
    `);
  });
});

describe('problems', () => {
  it('of addresses and numbers come with what was meant', () => {
    const text =
      'x n at 5\nx n at 0x5\nx n at 5.0\nx n at 1f\nx n at 20.0\nx n at 01.9\na = 0300\nb = 16M\nc = 3f\nd = 8192-8223\ne = 9007199254740993\n';
    expect(outline(text)).toMatchInlineSnapshot(`
      "x n at address{"address":{"device":5,"function":0}}
      ! address-form at "5": Addresses are dd.f in hexadecimal; did you mean 05.0? → 05.0
      x n at address{"address":{"device":5,"function":0}}
      ! address-form at "0x5": Addresses are dd.f in hexadecimal; did you mean 05.0? → 05.0
      x n at address{"address":{"device":5,"function":0}}
      ! address-form at "5.0": Addresses are dd.f in hexadecimal; did you mean 05.0? → 05.0
      x n at address{"address":{"device":31,"function":0}}
      ! address-form at "1f": Addresses are dd.f in hexadecimal; did you mean 1f.0? → 1f.0
      x n at address{"address":{"device":20,"function":0}}
      ! address-form at "20.0": Addresses are dd.f in hexadecimal; did you mean 14.0? → 14.0
      x n at ?
      ! address-form at "01.9": Addresses are dd.f in hexadecimal, from 00.0 to 1f.7, with a bus as in 02:01.0
      a = number{"number":768,"hexadecimal":true}
      ! address-form at "0300": Numbers have no leading zero; did you mean 0x300? → 0x300
      b = size{"bytes":16777216}
      ! syntax-unexpected-token at "16M": Unexpected '16M'; expected a size such as 16MiB → 16MiB
      c = number{"number":63,"hexadecimal":true}
      ! syntax-unexpected-token at "3f": Unexpected '3f'; expected a number such as 0x3f → 0x3f
      d = number{"number":8192,"hexadecimal":false}
      ! syntax-unexpected-token at "-": Unexpected '-'; a range is written 1..4 → ..
      e = number{"number":9007199254740991,"hexadecimal":false}
      ! value-out-of-range at "9007199254740993": Numbers must be 0..9007199254740991, got 9007199254740993"
    `);
  });

  it('stay where they are: what is half typed costs its own line only', () => {
    const text = `host-bridge p {
  root-port
  root-port a at
  root-port a :
  endpoint b[ at 01.0 {
    msix =
    dma-alias = [01.0,
    vfs = 4
    = 5
    late[0..
  }
  endpoint c ! at 02.0 { msix = 4 }
}
machine m { os = "linux
}
`;
    expect(outline(text)).toMatchInlineSnapshot(`
      "host-bridge p
        root-port
        root-port a at ?
        ! syntax-unexpected-token at "at": Unexpected end of line; expected an address such as 01.0
        root-port a : ?
        ! syntax-unexpected-token at ":": Unexpected end of line; expected a type
        endpoint b at address{"address":{"device":1,"function":0}}
        ! syntax-unexpected-token at "at": Unexpected 'at'; expected a number
          msix = missing{}
          ! syntax-unexpected-token at "=": Unexpected end of line; expected a value
          dma-alias = list{"items":[{"is":"address","address":{"device":1,"function":0}}]}
          ! syntax-unexpected-token at ",": Unexpected end of line; expected ']'
          vfs = number{"number":4,"hexadecimal":false}
          unknown
          ! syntax-unexpected-token at "=": Unexpected '='; expected a property, a block or '}'
          late
          ! syntax-unexpected-token at "[": Unexpected '['; expected a name, ':', 'at', '{' or a line end
        endpoint c at address{"address":{"device":2,"function":0}}
        ! syntax-unexpected-token at "!": Unexpected '!'
          msix = number{"number":4,"hexadecimal":false}
      machine m
        os = string{"text":"linux"}
        ! syntax-unexpected-token at "\\"linux": Unexpected end of line; expected '"' → "linux""
    `);
  });

  it('of a brace on the next line are repaired by moving it', () => {
    expect(outline('machine m\n{\n  cpus = 2\n}\n')).toMatchInlineSnapshot(`
      "machine m
      ! syntax-unexpected-token at "\\n{": Unexpected line end; expected '{' on the line of its header →  {
        cpus = number{"number":2,"hexadecimal":false}"
    `);
  });

  it('of characters name them', () => {
    expect(outline('a = 1\u00a0\n\0\nb = "\ud800"\n€ 😀 x\n/* never\n')).toMatchInlineSnapshot(`
      "a = number{"number":1,"hexadecimal":false}
      ! syntax-unexpected-token at " ": Unexpected character U+00A0 →  
      unknown
      ! syntax-unexpected-token at "\\u0000": Unexpected character U+0000
      b = string{"text":"\\ud800"}
      ! syntax-unexpected-token at "\\ud800": Unexpected character U+D800 in a string → 
      unknown
      ! syntax-unexpected-token at "€": Unexpected '€'
      ! syntax-unexpected-token at "😀": Unexpected '😀'
      ! syntax-unexpected-token at "/*": Unexpected end of file; expected '*/'"
    `);
  });

  it('of a `}` that is missing are at its `{`, and cost nothing elsewhere', () => {
    const text = `host-bridge p {
  root-port a at 01.0 {
    endpoint x : nvme {
  }
  root-port b at 02.0 {
    endpoint y : nvme {
      msix = 4
    }
  root-port c at 03.0 { endpoint z : nvme }
}
machine m { os = linux-6.1 }
host-bridge q {
scenario s {
  boot
`;
    expect(outline(text)).toMatchInlineSnapshot(`
      "host-bridge p
        root-port a at address{"address":{"device":1,"function":0}}
          endpoint x : nvme
          ! syntax-unexpected-token at "{": This '{' is never closed; expected '}'
        root-port b at address{"address":{"device":2,"function":0}}
        ! syntax-unexpected-token at "{": This '{' is never closed; expected '}'
          endpoint y : nvme
            msix = number{"number":4,"hexadecimal":false}
        root-port c at address{"address":{"device":3,"function":0}}
          endpoint z : nvme
      machine m
        os = word{"text":"linux-6.1","indexes":[]}
      host-bridge q
      ! syntax-unexpected-token at "{": This '{' is never closed; expected '}'
      scenario s
      ! syntax-unexpected-token at "{": This '{' is never closed; expected '}'
        boot"
    `);
  });

  it('of a `}` too many do not close the block around it', () => {
    expect(outline('a {\n  b {\n    c = 1\n  }\n  }\n  d\n}\ne\n')).toMatchInlineSnapshot(`
      "a
        b
          c = number{"number":1,"hexadecimal":false}
        unknown
        ! syntax-unexpected-token at "}": Unexpected '}'; expected a property, a block or '}'
        d
      e"
    `);
  });

  it('of a missing `}` are found at the end of a text without indentation', () => {
    expect(outline('a {\nb {\nc = 1\n}\nd {\ne = 1\n}\nf {\ng\n}\n')).toMatchInlineSnapshot(`
      "a
      ! syntax-unexpected-token at "{": This '{' is never closed; expected '}'
        b
          c = number{"number":1,"hexadecimal":false}
        d
          e = number{"number":1,"hexadecimal":false}
        f
          g"
    `);
  });

  it('of a `}` too many are at that brace', () => {
    expect(outline('}\nmachine m { cpus = 2 }\n')).toMatchInlineSnapshot(`
      "unknown
      ! syntax-unexpected-token at "}": Unexpected '}'; expected a block
      machine m
        cpus = number{"number":2,"hexadecimal":false}"
    `);
  });
});

describe('limits', () => {
  it('stop at blocks nested too deep, whatever their number', () => {
    const problems = outline('a {\n'.repeat(10_000) + '}\n'.repeat(10_000)).match(/! .*/g) ?? [];
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`limit of ${MAX_DEPTH} levels`);
  });

  it('stop at lists nested too deep', () => {
    expect(outline(`a = ${'['.repeat(10_000)}`).match(/limit-exceeded/g)).toHaveLength(1);
    expect(outline(`a = ${'[1 '.repeat(10_000)}`).match(/limit-exceeded/g)).toHaveLength(1);
  });

  it('refuse a file that is too large with one problem', () => {
    const tree = parse('{'.repeat(MAX_TEXT_LENGTH + 1));
    expect(tree.root.statements).toHaveLength(1);
    expect(tree.root.statements[0]?.problems.map((p) => p.rule)).toEqual(['limit-exceeded']);
    expect(tree.root.width).toBe(MAX_TEXT_LENGTH + 1);
  });
});
