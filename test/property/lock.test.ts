/** A spec is the same as itself, and what was locked is not changed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseNow } from '../../server/src/analysis/index.ts';
import { isSame, specDiff } from '../../server/src/ide/spec-diff.ts';
import { migrationTarget } from '../../server/src/model/migration-targets.ts';
import { guestOf } from '../../server/src/model/spec.ts';
import { compareNumbers } from '../../server/src/timeline/lock/compare.ts';
import { LOCK_SUFFIX, lockText, parseLock } from '../../server/src/timeline/lock/lock-file.ts';
import { allNumbers, NUMBER_KEYS } from '../../server/src/timeline/lock/numbers.ts';
import { MAIN, sourcesOf } from '../unit/model/specs.ts';

const controller = fc.constantFrom(
  'interrupt-controller gic : gicv3 { its its0 }',
  'interrupt-controller gic : gicv5 { its its0 }',
  'interrupt-controller v2m : gicv2m',
  'interrupt-controller apic : x86-apic { remapping = intel }',
  'interrupt-controller xive : spapr-dual { machine-version = pseries-7.2 }',
  'interrupt-controller imsic : riscv-imsic',
);
const card = fc.record({
  msi: fc.constantFrom(0, 1, 4, 16),
  msix: fc.integer({ min: 0, max: 40 }),
  count: fc.constantFrom('', '[1]', '[3]'),
  name: fc.constantFrom('plain', 'with-dash', '"two words"', '"#"', '"é \\"x\\""', ''),
  hotplug: fc.boolean(),
});
const specs = fc.record({
  controller,
  os: fc.constantFrom('linux-6.1', 'linux-6.12', 'linux-7.2'),
  vmm: fc.constantFrom('', '; vmm = qemu-7.2', '; vmm = qemu-10.0'),
  cards: fc.uniqueArray(card, { maxLength: 5, selector: ({ name }) => name }),
});

const textOf = ({ controller: own, os, vmm, cards }: typeof specs extends fc.Arbitrary<infer T> ? T : never) => {
  const lines = cards.map(({ msi, msix, count, name, hotplug }, i) => {
    const array = name === '' ? '' : count;
    const body = [msi > 0 ? `msi = ${msi}` : '', msix > 0 ? `msix = ${msix}` : ''].filter((part) => part !== '');
    const port = `root-port p${i}${array} { ${hotplug ? 'hotplug ' : ''}endpoint ${name} { ${body.join('; ')} } }`;
    return `  ${port}\n`;
  });
  return `machine board { os = ${os}${vmm}; cpus = 2 }\n${own}\nhost-bridge pcie0 {\n${lines.join('')}}\n`;
};

const name = MAIN.slice(MAIN.lastIndexOf('/') + 1);
const analyse = (files: Record<string, string>) => analyseNow(sourcesOf(files), MAIN);
const bootOf = ({ boot }: ReturnType<typeof analyse>) => {
  const state = boot.steps.at(-1)?.state;
  if (state === undefined) throw new Error('no boot');
  return state;
};

describe('a spec', () => {
  it('has no lock findings right after it was locked', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const text = textOf(spec);
        const lock = lockText(allNumbers(bootOf(analyse({ [name]: text }))));
        const { findings } = analyse({ [name]: text, [name + LOCK_SUFFIX]: lock });
        expect(findings.filter(({ finding }) => finding.rule.startsWith('lock-'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('does not differ from itself, and its guest can move to it', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const files = { [name]: textOf(spec) };
        const state = bootOf(analyse(files));
        const target = migrationTarget(sourcesOf(files), MAIN, guestOf(state.topology.machine));
        const diff = specDiff(state, state, target);
        expect(diff.migration).toEqual([]);
        expect(isSame(diff)).toBe(true);
        expect(diff.numbers.kept).toBe(state.enumeration.buses.size);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a lock file', () => {
  const numbers = fc.array(
    fc.record({
      name: fc.oneof(fc.constantFrom('nic', 'nic[3]', 'a b', '#', '"', '\\', ' '), fc.string({ minLength: 1 })),
      values: fc
        .dictionary(fc.constantFrom(...NUMBER_KEYS), fc.stringMatching(/^[0-9a-fx:.]+$/))
        .map(
          (values) => new Map(NUMBER_KEYS.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]]))),
        ),
    }),
  );

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(numbers, (written) => {
        const parsed = parseLock(lockText(written));
        expect(parsed.ok && parsed.lock.functions.map(({ name: own, values }) => ({ name: own, values }))).toEqual(
          written,
        );
      }),
    );
  });

  it('never fails to be read, or says in which line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const parsed = parseLock(`# irqtopo lock 1\n${text}`);
        if (!parsed.ok) expect(parsed.line).toBeGreaterThan(1);
        else expect(compareNumbers(parsed.lock.functions, []).kept).toBe(0);
      }),
    );
  });
});
