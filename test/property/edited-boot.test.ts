import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Analysis, analyseNow } from '../../server/src/analysis/index.ts';
import { diffEdit, reparse } from '../../server/src/syntax/reparse.ts';
import { callReasons } from '../../server/src/timeline/reasons.ts';
import { shiftedEffects } from '../../server/src/timeline/turn.ts';

/** A block of the spec under test: a card below a port of its own, three of them below a bridge, or one on the root bus. */
interface Card {
  readonly msix: number;
  readonly wanted: number;
  readonly name: string;
  readonly above: 'port' | 'bridge' | 'bus';
  readonly asserts: boolean;
}

interface Spec {
  readonly os: string;
  readonly cpus: number;
  readonly idBits: number;
  readonly firstDeviceId: number;
  readonly cards: readonly Card[];
}

const card = fc.record({
  msix: fc.integer({ min: 0, max: 40 }),
  wanted: fc.integer({ min: 1, max: 40 }),
  name: fc.constantFrom('a', 'b'),
  above: fc.constantFrom('port', 'port', 'port', 'bridge', 'bus'),
  asserts: fc.boolean(),
});

const spec = fc.record({
  os: fc.constantFrom('linux-6.1', 'linux-6.12', 'linux-7.2'),
  cpus: fc.constantFrom(1, 1, 3),
  idBits: fc.constantFrom(14, 16),
  firstDeviceId: fc.constant(0),
  cards: fc.array(card, { minLength: 1, maxLength: 90 }),
});

/** What a person does next: a number, a name, a line more or less, or the machine under it all. */
const edit = fc.record({
  at: fc.nat(),
  does: fc.oneof(
    fc.record({ change: card }),
    fc.record({ insert: card }),
    fc.constant('delete' as const),
    fc.record({ machine: spec.map(({ os, cpus, idBits }) => ({ os, cpus, idBits })) }),
    fc.record({ machine: fc.record({ firstDeviceId: fc.constantFrom(0, 256) }) }),
    fc.constant('nothing' as const),
  ),
});
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

function edited(before: Spec, { at, does }: Edit): Spec {
  const { cards } = before;
  const i = at % Math.max(1, cards.length);
  if (does === 'nothing') return before;
  if (does === 'delete') return { ...before, cards: cards.toSpliced(i, 1) };
  if ('machine' in does) return { ...before, ...does.machine };
  return 'change' in does
    ? { ...before, cards: cards.toSpliced(i, 1, does.change) }
    : { ...before, cards: cards.toSpliced(i, 0, does.insert) };
}

function textOf({ os, cpus, idBits, firstDeviceId, cards }: Spec): string {
  const blocks = cards.map(({ msix, wanted, name, above, asserts }, i) => {
    const check = asserts ? 'expect { vectors = 4 }' : '';
    const body = `{ ${msix === 0 ? 'msi = 8' : `msix = ${msix}`}; request ${msix === 0 ? 'msi' : 'msix'} { vectors = 1..${wanted} } ${check} }`;
    if (above === 'bus') return `endpoint ${name}${i} ${body}`;
    if (above === 'port') return `root-port p${i} { endpoint ${name}${i} ${body} }`;
    return `root-port p${i} { pcie-pci-bridge br${i} { endpoint ${name}${i}[3] ${body} } }`;
  });
  // A bus has 32 devices: ports are spread over several host bridges.
  const segments: string[] = [];
  for (let first = 0; first < blocks.length; first += 25) {
    const segment = segments.length;
    const deviceIds = `0x${((segment << 16) + firstDeviceId).toString(16)}`;
    segments.push(
      `host-bridge pcie${segment} { segment = ${segment}; ecam = 256MiB\n` +
        `msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = ${deviceIds} }\n` +
        `${blocks.slice(first, first + 25).join('\n')}\n}`,
    );
  }
  return [
    `machine m { os = ${os}; cpus = ${cpus} }`,
    `interrupt-controller gic : gicv3 { id-bits = ${idBits}; its its0 { device-id-bits = 24; event-id-bits = 16 } }`,
    ...segments,
  ].join('\n');
}

const uri = 'file:///x';

/** As the server does it: the tree of the text before is brought to the new text. */
function analysed(text: string, previous?: Analysis): Analysis {
  const sources = { read: () => ({ text }), resolve: () => ({ refused: 'no' }) };
  const before = previous?.files.get(uri);
  const tree = before && reparse(before, [diffEdit(before.text, text)], text);
  return analyseNow(sources, uri, previous, tree && new Map([[uri, tree]]));
}

/** All there is to see of an analysis: functions, states, calls with their reasons, commands, findings. */
function seen({ boot, findings, topology, model, locate }: Analysis) {
  return {
    names: [...model.names.things].map(([name, { decl }]) => [name, locate({ decl, part: 'header' })]),
    placed: topology.functions.map(({ node, ...fn }) => ({ ...fn, kind: node.kind, msix: node.capabilities.msix })),
    elements: [...topology.byNode.values()],
    findings: findings.map(({ finding, severity, span }) => ({ ...finding, at: span, severity, related: undefined })),
    steps: boot.steps.map(({ state, calls, effects, checks }) => ({
      effects,
      checks: checks.map(({ fn, met, got, reason }) => ({ fn, met, got, reason })),
      calls: calls.map(({ whys, shift, request, ...call }) => ({
        ...call,
        effects: shiftedEffects({ effects: call.effects, shift }),
        max: request.max,
        name: topology.functions[call.fn]?.name,
        reasons: callReasons(state, { whys, shift, requester: call.requester }),
      })),
      functions: [...state.functions.entries()],
      failed: [state.failed, state.lastErrno, state.irqNumbersUsed],
      current: state.topology === topology,
      buses: [...state.enumeration.buses],
      controllers: state.controllers.map((controller) =>
        controller.type === 'gicv3'
          ? {
              free: controller.lpis,
              load: controller.load,
              devices: controller.devices.map((table) => [...table.entries()]),
            }
          : undefined,
      ),
    })),
  };
}

describe('an edited machine', () => {
  it('is placed and boots like one that was never seen before', () => {
    fc.assert(
      fc.property(spec, fc.array(edit, { minLength: 1, maxLength: 5 }), (first, edits) => {
        let current: Spec = first;
        let analysis = analysed(textOf(current));
        expect(analysis.machine.complete).toBe(true);
        for (const next of edits) {
          current = edited(current, next);
          const text = textOf(current);
          analysis = analysed(text, analysis);
          expect(seen(analysis)).toEqual(seen(analysed(text)));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('takes the calls before the edit over, and makes those after it anew', () => {
    const cards = Array.from({ length: 90 }, (_, i) => ({
      msix: 1 + (i % 9),
      wanted: 4,
      name: 'a',
      above: 'port' as const,
      asserts: false,
    }));
    const before = { os: 'linux-6.12', cpus: 1, idBits: 16, firstDeviceId: 0, cards };
    const change = { msix: 30, wanted: 30, name: 'b', above: 'port' as const, asserts: false };
    const old = analysed(textOf(before));
    const next = analysed(textOf({ ...before, cards: cards.toSpliced(80, 1, change) }), old);
    const [a, b] = [old.boot.steps[0]?.calls ?? [], next.boot.steps[0]?.calls ?? []];
    const kept = b.filter((call, i) => call === a[i]).length;
    expect(b.length).toBe(a.length);
    expect(kept).toBeGreaterThanOrEqual(90 + 80 - 64);
    expect(kept).toBeLessThan(90 + 81);
  });
});
