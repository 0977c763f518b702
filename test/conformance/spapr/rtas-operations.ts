/** Operations of the firmware and the machine monitor, of which Linux knows nothing. */
import { done } from '../../../server/src/controllers/controller.ts';
import { changeMsi, type PciTarget, querySource } from '../../../server/src/controllers/spapr/change-msi.ts';
import { applyController } from '../../../server/src/timeline/apply.ts';
import { isObject } from '../commands.ts';
import { compareAnswer, compareStatus } from './compare.ts';
import type { Operate } from './operations.ts';
import type { SpaprStep } from './record.ts';
import { firmware, presentAt, type SpaprReplay, setFirmware } from './replay.ts';
import { requesterIdOf, spaprNode } from './to-machine.ts';

/** By the record's word. */
export const rtasOperations: Readonly<Record<string, Operate>> = {
  'change-msi': (replay, step) => {
    const { function: called = 0, number = 0 } = step.do;
    const target = targetOf(replay, step);
    const { state, answer } = changeMsi(firmware(replay), target, typeof called === 'number' ? called : 0, number);
    setFirmware(replay, state);
    compareAnswer(replay, step, answer);
  },
  'query-source': (replay, step) => {
    const { bdf = '', from = 0, to = from } = step.do;
    const exists = presentAt(replay, bdf) !== undefined;
    const slot = { segment: replay.functions.get(bdf)?.source.phb ?? 0, requesterId: requesterIdOf(bdf) };
    const got: string[] = [];
    for (let i = from; i <= to; i++) {
      const { status, source } = querySource(firmware(replay), slot, exists, i);
      got.push(`${i}: status ${status} source ${source} trigger ${source === undefined ? undefined : edge}`);
    }
    replay.tally.compareLists(step.n, 'queries', recordedQueries(step.observed.queries), got);
  },
  'write-mme': (replay, step) => {
    const { bdf = '', vectors = 1 } = step.do;
    replay.messagesEnabled.set(bdf, vectors);
  },

  'set-indicator': (replay, step) => {
    const { indicator = 0, bdf = '', state = 0 } = step.do;
    compareStatus(replay, step, setIndicator(replay, indicator, bdf, state));
  },
  'unplug-request': (replay, step) => {
    replay.leaving.add(step.do.bdf ?? '');
  },
  plug: (replay, step) => {
    const { function: source } = step.do;
    const found = typeof source === 'object' ? replay.functions.get(source.bdf) : undefined;
    if (typeof source !== 'object' || found === undefined) {
      replay.tally.skip(step.n, 'the function has no place in this machine', true);
      return;
    }
    const { topology, presence } = replay.state;
    const at = topology.functions[found.index];
    const functions = topology.functions.slice();
    if (at !== undefined) functions[found.index] = { ...at, node: spaprNode(source, true) };
    replay.state = { ...replay.state, topology: { ...topology, functions }, presence: presence.set(found.index, true) };
    replay.functions.set(source.bdf, { index: found.index, source });
    replay.messagesEnabled.delete(source.bdf);
  },
};

/** MSIs are edge triggered, as the query answers them. */
const edge = 1;

/** The function that a direct call names: by host bridge and address, where they stand, else by its bdf. */
function targetOf(replay: SpaprReplay, step: SpaprStep): PciTarget | undefined {
  const { bdf, buid, configAddress } = step.do;
  const phb = replay.record.given.phbs.find((one) => one.buid === buid)?.phb;
  for (const [address, { source }] of replay.functions) {
    const isMeant =
      buid === undefined
        ? address === bdf
        : source.phb === phb && requesterIdOf(address) * 0x100 === Number(configAddress);
    if (!isMeant || presentAt(replay, address) === undefined) continue;
    const messagesEnabled = source.msi === 0 ? 0 : (replay.messagesEnabled.get(address) ?? 1);
    return { segment: source.phb, requesterId: requesterIdOf(address), messagesEnabled, msixEntries: source.msix };
  }
  return undefined;
}

/** RTAS indicators of a function's connector (hw/ppc/spapr_drc.c). */
const isolation = 9001;
const connectorLight = 9002;
const noSuchIndicator = -3;

/** Isolating a function whose removal was asked for completes it. A PCI function's connector has no allocation state. */
function setIndicator(replay: SpaprReplay, indicator: number, bdf: string, state: number): number | 'aborted' {
  if (indicator === connectorLight) return 0;
  if (indicator !== isolation) return noSuchIndicator;
  if (state !== 0) return presentAt(replay, bdf) === undefined ? noSuchIndicator : 0;
  const found = replay.functions.get(bdf);
  if (found === undefined || !replay.leaving.has(bdf)) return 0;
  const slot = { segment: found.source.phb, requesterId: requesterIdOf(bdf) };
  const outcome = applyController(
    replay.state,
    0,
    (implementation, own) => implementation.unplug?.(own, slot) ?? done(own, undefined),
  );
  replay.state = outcome.state;
  if (!outcome.result.ok) return 'aborted';
  replay.leaving.delete(bdf);
  replay.state = { ...replay.state, presence: replay.state.presence.set(found.index, false) };
  return 0;
}

function recordedQueries(queries: unknown): string[] {
  if (!Array.isArray(queries)) return [];
  return queries.filter(isObject).flatMap(({ from, to, status, source, trigger }) => {
    const lines: string[] = [];
    for (let i = Number(from); i <= Number(to); i++) {
      const at = typeof source === 'number' ? source + i - Number(from) : undefined;
      lines.push(`${i}: status ${status} source ${at} trigger ${trigger}`);
    }
    return lines;
  });
}
