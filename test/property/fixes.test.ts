/** Every offered fix keeps its promise, whatever the spec: looked at with a fresh analysis, not with the judge's. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Analysis, fixAll, fixesOf } from '../../server/src/analysis/index.ts';
import { applyEdits } from '../../server/src/syntax/edits.ts';
import { LINE_WIDTH } from '../../server/src/syntax/layout.ts';
import { formatText } from '../../server/src/syntax/printer.ts';
import { analyseText, sourcesOf } from '../unit/fixes/check-fix.ts';

const KINDS = [
  'virtio-net-pci',
  'virtio-blk-pci',
  'nvme',
  '{ msix = 8; request msix { vectors = 2..8 } }',
  '{ msix = 2; request msix { vectors = 2 } }',
  '{ msi = 8; request msi { vectors = 7 } }',
  '{ msi = 16; msix = 4; request msi { vectors = 1..5 }; request msix { vectors = 4 } }',
  '{ msi = 4; request msix { vectors = 2..4; fallback = intx } }',
  '{ msix = 4; vfs = 4; vf-offset = 8; vf v[5] }',
];

const slot = fc.constantFrom('', '', '', ' at 01.0', ' at 02.0', ' at 02.1', ' at 00.0');
const count = fc.constantFrom('', '', '', '[2]', '[5]');
const comment = fc.constantFrom(
  '',
  '',
  ' // by the door',
  '\n/// The one that matters.',
  '\n// irqtopo-ignore itt-partial: we know',
);

/** A name is made of a statement's place, so that most names differ. */
const endpoint = fc
  .tuple(fc.constantFrom('n', 'm', 'k'), fc.nat(5), count, fc.constantFrom(...KINDS), slot, fc.boolean(), comment)
  .map(([letter, number, elements, kind, at, hotplug, before]) => {
    const [type, body] = kind.startsWith('{') ? ['', ` ${kind}`] : [` : ${kind}`, ''];
    return `${before.startsWith('\n') ? before.slice(1) : ''}
${hotplug ? 'hotplug ' : ''}endpoint ${letter}${number}${elements}${type}${at}${body}${before.startsWith(' ') ? before : ''}`;
  });

const inside = fc.array(endpoint, { minLength: 1, maxLength: 4 }).map((endpoints) => endpoints.join('\n'));
const bridge = fc
  .tuple(fc.nat(3), fc.constantFrom('', 'hotplug = none\n', 'hotplug = shpc\n'), inside)
  .map(([number, hotplug, body]) => `pcie-pci-bridge br${number} {\n${hotplug}${body}\n}`);
const port = fc
  .tuple(
    fc.nat(5),
    count,
    slot,
    fc.oneof(bridge, endpoint, fc.constant('')),
    fc.constantFrom('', 'chassis = 1\nslot = 1\n'),
  )
  .map(
    ([number, elements, at, body, properties]) => `root-port rp${number}${elements}${at} {\n${properties}${body}\n}`,
  );
const conventional = fc.tuple(fc.nat(3), inside).map(([number, body]) => `pci-bridge cb${number} {\n${body}\n}`);
const expander = fc
  .tuple(fc.constantFrom(2, 4, 64), endpoint)
  .map(([bus, body]) => `expander px${bus} {\nbus = ${bus}\n${body}\n}`);

const steps = fc.array(
  fc
    .tuple(
      fc.constantFrom('plug', 'unplug', 'probe', 'remove', 'expect'),
      fc.constantFrom('n', 'm', 'k', 'br'),
      fc.nat(5),
    )
    .map(([step, name, number]) => `${step} ${name}${number}${step === 'expect' ? ' { vectors = 3 }' : ''}`),
  { maxLength: 5 },
);

const spec = fc
  .record({
    os: fc.constantFrom('6.1', '6.12', '7.2', '5.4'),
    ecam: fc.constantFrom('2MiB', '4MiB', '256MiB'),
    map: fc.constantFrom(
      '',
      '',
      'msi-map-mask = 0xfff8\n',
      'msi-map its0 { requester-ids = 0x0000..0x01ff; device-ids = 0x0 }\n',
    ),
    its: fc.constantFrom(' { its its0 }', ' { its its0 { device-id-bits = 8; indirect = false } }'),
    parts: fc.array(fc.oneof({ arbitrary: port, weight: 4 }, conventional, expander), { minLength: 1, maxLength: 4 }),
    spare: fc.constantFrom('', '', 'hotplug endpoint spare[3] : virtio-blk-pci\n'),
    steps,
  })
  .map(({ os, ecam, map, its, parts, spare, steps: said }) =>
    formatText(`machine m { os = linux-${os} }
interrupt-controller gic : gicv3${its}

host-bridge pcie0 {
ecam = ${ecam} // a window
${map}
${parts.join('\n\n')}
}
${spare}
scenario "what happens" {
${said.join('\n')}
}
`),
  );

/** What a spec's findings are about, without places and numbers. */
function subjects(analysis: Analysis): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { finding } of analysis.findings) {
    const { at } = finding;
    const about = 'decl' in at ? `${at.decl.kind} ${at.decl.name ?? ''}` : '';
    const key = `${finding.rule} ${about}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** The formatter breaks such lines, which may take the lines around them along. */
const isTooWide = (text: string): boolean => text.split('\n').some((line) => line.length > LINE_WIDTH);

const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, n) => sum + n, 0);

/** Findings per spec whose fixes are looked at; each fix has cost several analyses already. */
const FINDINGS_TRIED = 5;

it('every fix takes its finding away, adds none, and leaves the text as the formatter would', () => {
  let offered = 0;
  fc.assert(
    fc.property(spec, (text) => {
      const before = analyseText(text);
      const had = subjects(before);
      for (const found of before.findings.slice(0, FINDINGS_TRIED)) {
        for (const fix of fixesOf(before, sourcesOf(text), found)) {
          offered += 1;
          const fixed = applyEdits(text, fix.edits);
          const has = subjects(analyseText(fixed));
          const added = [...has].filter(([subject, n]) => n > (had.get(subject) ?? 0));
          // A declaration without a name is told by its function, which the judge knows better than this.
          expect(
            added.filter(([subject]) => !subject.endsWith(' ')),
            `${fix.title}\n${fixed}`,
          ).toEqual([]);
          expect(total(has), fix.title).toBeLessThan(total(had));
          expect(has.get('syntax-unexpected-token ') ?? 0).toBeLessThanOrEqual(
            had.get('syntax-unexpected-token ') ?? 0,
          );
          if (!isTooWide(fixed)) expect(formatText(fixed), fix.title).toBe(fixed);
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(offered).toBeGreaterThan(20);
}, 60_000);

it('all safe fixes together leave none that is safe, and change nothing the second time', () => {
  fc.assert(
    fc.property(spec, (text) => {
      const once = fixAll(analyseText(text), sourcesOf(text));
      expect(fixAll(analyseText(once), sourcesOf(once))).toBe(once);
      expect(total(subjects(analyseText(once)))).toBeLessThanOrEqual(total(subjects(analyseText(text))));
    }),
    { numRuns: 30 },
  );
}, 60_000);
