import { describe, expect, it } from 'vitest';
import { completionsAt } from '../../../server/src/ide/completion.ts';
import { cursorIn, filesOf, MAIN } from './spec.ts';

/** What is offered at the bar. */
function offered(marked: string, bySpace = false) {
  const { text, offset } = cursorIn(marked);
  const { choices, span } = completionsAt(filesOf(text), MAIN, offset, bySpace);
  return { labels: choices.map(({ label }) => label), choices, replaced: text.slice(span.from, span.to) };
}
const labels = (marked: string) => offered(marked).labels;

describe('statements', () => {
  it('offers the kinds of the top level, and only one machine', () => {
    expect(labels('|')).toEqual(expect.arrayContaining(['machine', 'host-bridge', 'include', 'hotplug endpoint']));
    expect(labels('machine m\n|')).not.toContain('machine');
    expect(labels('|')).not.toContain('its');
  });

  it('offers kinds and properties of the block around, without those that stand there', () => {
    const found = labels('host-bridge h {\n  ecam = 16MiB\n  |\n}\n');
    expect(found).toEqual(expect.arrayContaining(['segment', 'msi-map', 'root-port', 'hotplug']));
    expect(found).not.toContain('ecam');
    expect(found).not.toContain('machine');
  });

  it('knows the type of the block around', () => {
    expect(labels('interrupt-controller g : gicv3 {\n  |\n}\n')).toEqual(expect.arrayContaining(['id-bits', 'its']));
    expect(labels('interrupt-controller g : gicv2m {\n  |\n}\n')).not.toContain('its');
  });

  it('offers only what can be plugged behind `hotplug`', () => {
    const found = labels('host-bridge h {\n  hotplug |\n}\n');
    expect(found).toContain('root-port');
    expect(found).not.toContain('ecam');
  });

  it('replaces the word under the cursor, and keeps a value that stands behind it', () => {
    const { choices, replaced } = offered('host-bridge h {\n  se|g = 3\n}\n');
    expect(replaced).toBe('seg');
    expect(choices.find(({ label }) => label === 'segment')).toMatchObject({ insert: 'segment' });
  });

  it('gives properties a place for their value', () => {
    const choice = offered('endpoint e {\n  |\n}\n').choices.find(({ label }) => label === 'driver');
    expect(choice?.snippet).toMatch(/^driver = \$\{1\|none,auto\|\}$/);
  });

  it('leaves whoever indents a line alone', () => {
    expect(offered('host-bridge h {\n |\n}\n', true).labels).toEqual([]);
  });
});

describe('values', () => {
  it('offers keywords, truth values, versions and sizes', () => {
    expect(labels('machine m { firmware = | }')).toEqual(expect.arrayContaining(['acpi', 'devicetree']));
    expect(labels('host-bridge h { msi-bus = | }')).toEqual(expect.arrayContaining(['true', 'false']));
    expect(labels('machine m { os = linux-| }')).toContain('linux-6.12');
    expect(labels('host-bridge h { ecam = 2| }')).toContain('256MiB');
  });

  it('offers names of the kinds that are meant, and quotes those that need it', () => {
    const spec = 'interrupt-controller gic : gicv3 { its its0; its "its 1" }\nhost-bridge h { msi-parent = | }\n';
    expect(labels(spec)).toEqual(expect.arrayContaining(['gic', 'its0', 'its 1']));
    expect(offered(spec).choices.find(({ label }) => label === 'its 1')?.insert).toBe('"its 1"');
    expect(labels(spec)).not.toContain('h');
  });

  it('offers words in a list', () => {
    expect(labels('endpoint e { request msix { vectors = 2; fallback = [msi, |] } }')).toContain('intx');
  });

  it('offers nothing behind a finished value, in a comment, in a string', () => {
    expect(labels('machine m { firmware = acpi | }')).toEqual([]);
    expect(labels('machine m { // |\n}')).toEqual([]);
    expect(labels('machine m { /* | */ }')).toEqual([]);
    expect(labels('include "|"\n')).toEqual([]);
  });
});

describe('headers', () => {
  it('offers types', () => {
    expect(labels('interrupt-controller g : |')).toEqual(expect.arrayContaining(['gicv3', 'gicv2m']));
    const found = labels('device-type fast : nvme\nhost-bridge h { root-port p { endpoint e : | } }');
    expect(found).toEqual(expect.arrayContaining(['fast', 'nvme', 'virtio-net-pci']));
    expect(found).not.toContain('pcie-root-port');
  });

  it('offers free addresses', () => {
    const bridge = 'pci-bridge b {\n  endpoint a[3] at 01.0\n  endpoint c at 05.0\n  endpoint d at |\n}';
    const found = labels(`host-bridge h { ${bridge} }`);
    expect(found.slice(0, 3)).toEqual(['04.0', '06.0', '07.0']);
    expect(found).toContain('05.1');
    expect(labels('root-port p { endpoint e at 0| }')).toEqual(['00.0']);
  });

  it('offers `at` where it may follow', () => {
    expect(labels('host-bridge h { root-port rp | }')).toEqual(['at']);
    expect(labels('machine m |')).toEqual([]);
  });

  it('offers names behind steps, and modes behind `request`', () => {
    const spec = 'host-bridge h { root-port p { endpoint e } }\nscenario s {\n  unplug |\n}\n';
    expect(labels(spec)).toEqual(['p', 'e']);
    expect(labels('endpoint e { request | }')).toEqual(expect.arrayContaining(['msix', 'intx']));
  });

  it('offers rules behind irqtopo-ignore', () => {
    const { labels: found, replaced } = offered('// irqtopo-ignore itt-|\nmachine m');
    expect(found).toContain('itt-exhausted');
    expect(replaced).toBe('itt-');
  });
});

it('offers something, or nothing, at every offset of a text that is cut off there', () => {
  const text = 'host-bridge h {\n  root-port p at 01.0 { endpoint e[2] : nvme { msix = 3; dma-alias = [01.0] } }\n}\n';
  for (let offset = 0; offset <= text.length; offset++) {
    const { span } = completionsAt(filesOf(text.slice(0, offset)), MAIN, offset);
    expect(span.to).toBe(offset);
  }
});

describe('steps after a migration', () => {
  it('offers the names of the spec that was migrated to', () => {
    const own = 'host-bridge h { endpoint here }\nscenario s {\n  probe here\n  migrate { to = "t" }\n  probe |\n}\n';
    const { text, offset } = cursorIn(own);
    const there = filesOf('host-bridge h { endpoint there }\n');
    const offeredAt = (at: number) =>
      completionsAt(filesOf(text), MAIN, at, false, (path) => (path === 't' ? there : undefined)).choices.map(
        ({ label }) => label,
      );
    expect(offeredAt(offset)).toEqual(['there']);
    expect(offeredAt(text.indexOf('probe here') + 'probe '.length)).toEqual(['here']);
  });
});
