import { describe, expect, it } from 'vitest';
import { parse } from '../../../server/src/syntax/parser.ts';
import { outline } from './outline.ts';

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
