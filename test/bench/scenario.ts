/** What time costs: a scenario of many steps beside the topology it runs on. */
import { analyseNow, type Sources } from '../../server/src/analysis/index.ts';
import { type Figures, figuresOf } from './figures.ts';

const URI = 'file:///bench/scenario.irqtopo';
/** Root ports of one segment: eight to a slot. */
const PORTS_PER_SEGMENT = 200;
/** One port of so many has a bridge with room for one more. */
const BRIDGE_EVERY = 50;

export const PLATFORMS = ['its', 'x86'] as const;
export type Platform = (typeof PLATFORMS)[number];

const HEADS: Readonly<Record<Platform, readonly string[]>> = {
  its: [
    'machine board { os = linux-7.2; cpus = 4 }',
    'interrupt-controller gic : gicv3 { its its0 { device-id-bits = 24; event-id-bits = 16 } }',
  ],
  x86: ['machine board { os = linux-7.2; cpus = 64 }', 'interrupt-controller apic : x86-apic { remapping = intel }'],
};

/** A machine with so many functions, one root port each, now and then below a bridge; and places for more. */
export function topologyOf(platform: Platform, functions: number): string {
  const out = [...HEADS[platform]];
  for (let made = 0, segment = 0; made < functions; segment++) {
    const ports = Math.min(PORTS_PER_SEGMENT, functions - made);
    const base = `0x${(segment << 16).toString(16)}`;
    const map = `  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = ${base} }`;
    out.push(`host-bridge pcie${segment} {`, `  segment = ${segment}`, ...(platform === 'its' ? [map] : []));
    for (let port = 0; port < ports; port++) out.push(...portWith(made + port, port));
    out.push('}');
    made += ports;
  }
  const map = '; msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0xff0000 }';
  out.push(`host-bridge spares { segment = 255; root-port free[8] at 01.0${platform === 'its' ? map : ''} }`);
  out.push('hotplug endpoint spare[8] { msix = 2; interface = pcie }');
  return `${out.join('\n')}\n`;
}

function portWith(index: number, port: number): string[] {
  const at = `${(1 + (port >> 3)).toString(16).padStart(2, '0')}.${port & 7}`;
  const device = `endpoint dev${index} { msix = ${1 + (index % 5)} }`;
  if (index % BRIDGE_EVERY !== 1) return [`  root-port port${index} at ${at} { ${device} }`];
  return [
    `  root-port port${index} at ${at} {`,
    `    pcie-pci-bridge bridge${index} { ${device}; hotplug endpoint late${index} at 02.0 { msix = 1 }; endpoint idle${index} at 03.0 { msix = 4; driver = none } }`,
    '  }',
  ];
}

/** What happens to one function after the other; each line is a step, and each turn leaves the machine as it was. */
const TURN = [
  (i: number) => `unplug dev${i}`,
  (i: number) => `expect dev${i} { present = false; error = none }`,
  (i: number) => `plug dev${i}`,
  (i: number) => `expect dev${i} { vectors = ${1 + (i % 5)} }`,
  (i: number) => `remove dev${i}`,
  (i: number) => `plug spare[${i % 8}]`,
  (i: number) => `probe dev${i}`,
  (i: number) => `free-irq dev${i} { vector = 0..${i % 5} }`,
  (i: number) => `disable dev${i}`,
  (i: number) => `unplug spare[${i % 8}]`,
  (i: number) => `enable dev${i}`,
  (i: number) => `request-irq dev${i} { vector = 0..${i % 5} }`,
  (i: number) => `plug late${Math.floor(i / BRIDGE_EVERY) * BRIDGE_EVERY + 1}`,
  (i: number) => `expect dev${i} { irqs = ${1 + (i % 5)} }`,
  (i: number) => `unplug late${Math.floor(i / BRIDGE_EVERY) * BRIDGE_EVERY + 1}`,
  () => 'expect { failed = 0 }',
];

/** A scenario of so many steps on a topology of so many functions. */
export function scenarioOf(steps: number, functions: number): string {
  const out = ['scenario "a long day" {'];
  for (let step = 0; step < steps; step++) {
    const turn = Math.floor(step / TURN.length);
    const line = TURN[step % TURN.length];
    if (line) out.push(`  ${line((turn * 7 + 2) % functions)}`);
  }
  out.push('}');
  return `${out.join('\n')}\n`;
}

export interface ScenarioFigures {
  readonly alone: Figures;
  readonly withScenario: Figures;
}

/** Milliseconds of a whole analysis, on a text never seen before, without and with the scenario; in turns. */
export function measureScenario(platform: Platform, functions: number, steps: number, rounds: number): ScenarioFigures {
  const topology = topologyOf(platform, functions);
  const texts = [topology, topology + scenarioOf(steps, functions)];
  const times: number[][] = texts.map(() => []);
  for (let round = 0; round < rounds; round++) {
    texts.forEach((text, which) => {
      const sources: Sources = {
        read: (uri) => (uri === URI ? { text } : { missing: 'is not there' }),
        resolve: () => ({ refused: 'has no files' }),
      };
      const before = performance.now();
      const { findings } = analyseNow(sources, URI);
      times[which]?.push(performance.now() - before);
      const found = findings.find(({ severity }) => severity === 'error');
      if (found) throw new Error(`${found.finding.rule}: ${found.finding.message}`);
    });
  }
  return { alone: figuresOf(times[0] ?? []), withScenario: figuresOf(times[1] ?? []) };
}
