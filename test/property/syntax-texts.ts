/** Texts for property tests: specs, specs with damage, and soup. */
import fc from 'fast-check';

export const SPEC = `/// The guest of the 2019 thread.
machine guest { os = linux-6.1 }

interrupt-controller gic : gicv3 {
  id-bits = 16                              // LPIs 8192..65535
  its its0 { device-id-bits = 16; event-id-bits = 16 }
}

host-bridge pcie0 {
  ecam = 256MiB                             // 256 buses
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x0 }

  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      // irqtopo-ignore no-headroom: a test
      endpoint nic0 : virtio-net-pci at 01.0 // four
      hotplug endpoint late[8] at 02.0 {
        msix = 10
        dma-alias = [01.1,
          01.2]
        request msix { vectors = 2..10 }
      }
    }
  }
  /* two
     lines */ root-port rp1 at 02.0 { endpoint ssd : nvme }
}

scenario "full" {
  boot; plug late[0]
  expect late[0] { error = ENOSPC }
}
`;

/** What makes a difference to a lexer or parser, and what people type. */
const PIECES = [
  ...[
    '{',
    '}',
    '{ ',
    ' }',
    '[',
    ']',
    ',',
    '..',
    '=',
    ' = ',
    ':',
    ' : ',
    ';',
    '"',
    '\\',
    '.',
    '-',
    '@',
    '\u0000',
    '\ufeff',
    '\u00a0',
    'é',
    '😀',
    '\ud800',
  ],
  ...[
    '\n',
    '\n',
    '\n  ',
    '\r\n',
    '\r',
    ' ',
    '\t',
    '//',
    '// c\n',
    '/// d\n',
    '/*',
    '*/',
    '/* c */',
    '/* c\n */',
    '// irqtopo-ignore r: x\n',
  ],
  ...[
    'endpoint x',
    'at',
    'at 01.0',
    ' at 5',
    'hotplug',
    'include',
    'include "a"',
    'a = 1',
    'nic[4]',
    '[0..3]',
    'x',
    '0',
    '0300',
    '16MiB',
    '1f',
    '01.0',
    'ab:01.0',
  ],
  ...['endpoint n : nvme at 01.0 {\n', '  msix = 4\n', '}\n', 'x {', 'list = [1, 2\n 3]', 'word\n', 'machine m\n'],
];

export const piece = fc.constantFrom(...PIECES);

/** Pieces in any order. */
export const soup = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

/** Any characters at all, halves of characters included. */
export const noise = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  maxLength: 80,
});

export interface RandomEdit {
  /** Where, as a share of the text's length. */
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

export const edit: fc.Arbitrary<RandomEdit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constant(0), fc.constant(1), fc.nat(30)),
  inserted: fc.oneof(piece, fc.constant(''), soup),
});

/** The edit in a text of this length. */
export function placed(edit: RandomEdit, length: number): { from: number; to: number; text: string } {
  const from = Math.floor(edit.at * length);
  return { from, to: Math.min(length, from + edit.removed), text: edit.inserted };
}

/** The spec with some damage. */
export const damaged = fc.array(edit, { maxLength: 4 }).map((edits) =>
  edits.reduce((text, one) => {
    const { from, to, text: inserted } = placed(one, text.length);
    return text.slice(0, from) + inserted + text.slice(to);
  }, SPEC),
);

export const anyText = fc.oneof(soup, noise, damaged);
