import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, MAX_TEXT_LENGTH, parse } from '../../../server/src/syntax/parser.ts';
import { outline } from './outline.ts';

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
