import { describe, expect, it } from 'vitest';
import { parse } from '../../../server/src/syntax/parser.ts';
import { format, formatText } from '../../../server/src/syntax/printer.ts';

/** The first spec of the language page: what a formatted file looks like. */
const FORMATTED = `/// The guest of the 2019 thread: an SHPC bridge whose functions all share one DeviceID.
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
      endpoint nic0 : virtio-net-pci at 01.0                         // 4 vectors in its table, the driver takes 3
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
  expect late[0] { error = ENOSPC }                                  // one event is left of four
}
`;

describe('formatText', () => {
  it('leaves a formatted file alone', () => {
    expect(format(parse(FORMATTED))).toEqual([]);
  });

  it('sets blanks and indentation', () => {
    const text = `

host-bridge   p{
ecam=256MiB;;
    msi-map its0 { requester-ids=0 .. 0xffff;device-ids = 0x0; }


      endpoint nic [ 4 ]:nvme at 01.0{}

  dma-alias = [ 01.1 ,
 01.2
   ]
      // a comment
  /* another
     one */ boot
}`;
    expect(formatText(text)).toMatchInlineSnapshot(`
      "host-bridge p {
        ecam = 256MiB
        msi-map its0 { requester-ids = 0..0xffff; device-ids = 0x0 }

        endpoint nic[4] : nvme at 01.0 { }

        dma-alias = [01.1,
          01.2
        ]
        // a comment
        /* another
           one */ boot
      }
      "
    `);
  });

  it('keeps comments on adjacent lines in their column, and moves them together where they must move', () => {
    const text =
      'a {\nmsix=4     // one\nvectors=1..4// two\nlong-name = 1 // three\nx = 1 // four\nsome = 200000 // five\n}\n';
    expect(formatText(text)).toMatchInlineSnapshot(`
      "a {
        msix = 4 // one
        vectors = 1..4 // two
        long-name = 1 // three
        x = 1 // four
        some = 200000 // five
      }
      "
    `);
  });

  it('unfolds a block that is too wide for its line, from the outside', () => {
    const inner = `request msix { vectors = 1..4; entries = [${Array.from({ length: 20 }, (_, i) => i).join(', ')}] }`;
    expect(formatText(`endpoint x : nvme { msix = 4; ${inner} } // why\n`)).toMatchInlineSnapshot(`
      "endpoint x : nvme {
        msix = 4
        request msix { vectors = 1..4; entries = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19] }
      } // why
      "
    `);
  });

  it('keeps the semicolon that ends a list which is never closed', () => {
    const text = 'a = 1[;\nb c\n';
    expect(formatText(text)).toBe(text);
  });

  it('leaves alone what it does not understand', () => {
    const text = 'machine   m {\nos =\n}\n\n\n\nhost-bridge   p {\necam=1MiB }\n';
    expect(formatText(text)).toMatchInlineSnapshot(`
      "machine   m {
      os =
      }

      host-bridge p {
        ecam = 1MiB
      }
      "
    `);
  });

  it('keeps the line ends of the file, and ends it with one', () => {
    expect(formatText('a {\r\nb = 1\r\n}')).toBe('a {\r\n  b = 1\r\n}\r\n');
    expect(formatText('a\n\n\n')).toBe('a\n');
    expect(formatText('  \n')).toBe('');
    expect(formatText('// only a comment')).toBe('// only a comment\n');
  });

  it('makes small edits', () => {
    expect(format(parse('a {\n  b=1\n}\n'))).toEqual([
      { from: 7, to: 7, text: ' ' },
      { from: 8, to: 8, text: ' ' },
    ]);
  });
});
