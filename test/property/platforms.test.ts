import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Analysis, analyseNow, type Sources } from '../../server/src/analysis/index.ts';
import { PLATFORMS, type Platform, specOn } from '../../server/src/ide/platforms/index.ts';
import { RULE_GROUPS } from '../../server/src/rules/index.ts';

const MAIN = 'file:///spec.irqtopo';
const sourcesOf = (text: string): Sources => ({
  read: (uri) => (uri === MAIN ? { text } : { missing: 'is not here' }),
  resolve: () => ({ refused: 'is not here' }),
});
const analysisOf = (text: string): Analysis => analyseNow(sourcesOf(text), MAIN);

/** What is wrong with how a spec is written. */
const WRITTEN = new Set(RULE_GROUPS.find(({ folder }) => folder === 'syntax')?.rules.map(({ id }) => id));
const written = (analysis: Analysis): readonly string[] =>
  analysis.findings.map(({ finding }) => finding.rule).filter((rule) => WRITTEN.has(rule));

const functionsOf = ({ topology }: Analysis) =>
  topology.functions.map(({ name, device, function: number, parent, node }) => [
    name,
    device,
    number,
    parent,
    node.kind,
  ]);

const on = (text: string, platform: Platform): string => specOn(analysisOf(text), sourcesOf(text), platform).text;

/** One line or several, whichever the author likes. */
const body = (lines: readonly string[], folded: boolean): string =>
  lines.length === 0 ? '' : folded ? ` { ${lines.join('; ')} }` : ` {\n${lines.map((line) => `  ${line}\n`).join('')}}`;

const CONTROLLERS: Readonly<Record<Platform['type'], readonly string[]>> = {
  gicv3: ['id-bits = 15', 'gicv4 = true', 'its its0 { device-id-bits = 20 }', 'its its1'],
  gicv2m: ['spis = 64..127'],
  gicv5: ['its its0', 'its its1 { event-id-bits = 12 }'],
  'x86-apic': ['cpus = 4', 'remapping = intel'],
  'spapr-xics': ['machine-version = pseries-3.0'],
  'spapr-xive': ['machine-version = pseries-7.2'],
  'spapr-dual': [],
  'riscv-imsic': ['identities = 127'],
};

const hasItses = (type: Platform['type']): boolean => type === 'gicv3' || type === 'gicv5';

const spec = fc
  .record({
    type: fc.constantFrom(...PLATFORMS.map(({ type }) => type)),
    machine: fc.subarray(['os = linux-6.12', 'cpus = 4', 'vmm = qemu-10.0', 'firmware = acpi', 'possible-cpus = 8']),
    segments: fc.integer({ min: 1, max: 3 }),
    routed: fc.constantFrom('map', 'parent', 'none'),
    folded: fc.boolean(),
    commented: fc.boolean(),
    expects: fc.boolean(),
    endpoints: fc.array(fc.constantFrom(' : nvme', ' : virtio-net-pci', ' { msi = 4 }', ' { msix = 9 }'), {
      maxLength: 4,
    }),
  })
  .map(({ type, machine, segments, routed, folded, commented, expects, endpoints }) => {
    const controller = CONTROLLERS[type];
    const bridges = Array.from({ length: segments }, (_, segment) => {
      const its = `its${segment % 2}`;
      const routes = !hasItses(type)
        ? routed === 'none'
          ? []
          : ['msi-parent = main']
        : routed === 'map'
          ? [`msi-map ${its} { requester-ids = 0x0..0xffff; device-ids = 0x0 }`, 'msi-map-mask = 0xffff']
          : [`msi-parent = ${its}`];
      const functions = endpoints.map(
        (endpoint, i) =>
          `endpoint e${segment}x${i}${endpoint.startsWith(' :') && expects ? `${endpoint} { expect { vectors = 1 } }` : endpoint}`,
      );
      return `host-bridge h${segment}${body([`segment = ${segment}`, ...routes, ...functions], folded)}`;
    });
    const steps = endpoints.length > 0 && expects ? ['remove e0x0', 'expect e0x0 { vectors = 0 }'] : [];
    return [
      ...(machine.length > 0 ? [`machine m${body(machine, folded)}`] : []),
      ...(commented ? ['/// What takes the messages.'] : []),
      `interrupt-controller main : ${type}${body(controller, folded)}${commented ? ' // here' : ''}`,
      ...bridges,
      ...(steps.length > 0 ? [`scenario s${body(steps, folded)}`] : []),
      '',
    ].join('\n');
  });

/** Each analyses the spec several times. */
const RUNS = { numRuns: 40 };

const platform = fc.constantFrom(...PLATFORMS);

describe('a spec on another platform', () => {
  it('is written as well as before, and has the same functions in the same places', () => {
    fc.assert(
      fc.property(spec, platform, (text, to) => {
        const before = analysisOf(text);
        const after = analysisOf(on(text, to));
        expect(written(after).filter((rule) => !written(before).includes(rule))).toEqual([]);
        expect(functionsOf(after)).toEqual(functionsOf(before));
        expect(after.machine.controllers.map(({ type }) => type)).toEqual([to.type]);
      }),
      RUNS,
    );
  });
  it('stays as it is when it is put there again, and finds its way back', () => {
    fc.assert(
      fc.property(spec, platform, platform, (text, to, further) => {
        const there = on(text, to);
        expect(on(there, to)).toBe(there);
        expect(functionsOf(analysisOf(on(on(there, further), to)))).toEqual(functionsOf(analysisOf(there)));
      }),
      RUNS,
    );
  });
});
