import { size } from '../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../base/powers.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { afterBoot } from '../rules/headroom.ts';
import { itsStateOf } from '../rules/outcomes.ts';
import type { Finding } from '../rules/rule.ts';
import { deviceIdGroups } from '../rules/sharing.ts';
import { setProperty } from '../syntax/edits.ts';
import { functionState, grantedVectors } from '../timeline/state.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { bridgesAbove, fact, functionsOf } from './places.ts';
import { offered, vectorsText, vectorsWords, type WrittenRequest, writtenRequest } from './requests.ts';

export const lowerVectors: Fix = {
  id: 'lower-vectors',
  rules: [
    'itt-exhausted',
    'itt-partial',
    'itt-created-by-smaller',
    'hotplug-headroom-insufficient',
    'itt-fragmented-multi-msi',
    'stale-itt-inherited',
    'request-exceeds-table',
    'request-max-clipped',
    'v2m-spi-exhausted',
    'imsic-identities-exhausted',
    'lpi-pool-exhausted',
    'linux-irq-exhausted',
    'spapr-msi-space-exhausted',
    'spapr-refusal-raw-status',
    'spapr-quota-clamp',
    'spapr-multi-msi-one',
    'x86-vector-exhausted',
    'x86-multi-msi-no-partial',
    'x86-reservation-exceeds',
    'irte-exhausted',
    'irte-exhausted-amd',
    'vmm-routes-exceeded',
  ],
  safety: 'review',
  doc: 'Asks for fewer vectors: as many as the function, the shared table or the pool has to give.',
  *propose(finding, context) {
    const written = writtenRequest(finding, context);
    if (written === undefined) return;
    const { request, block } = written;
    const seen = new Set<number>();
    for (const vectors of [...amounts(finding, context, written)].sort((a, b) => b - a)) {
      const max = request.mode === 'msi' ? powerOfTwoWithin(vectors) : Math.floor(vectors);
      if (max < 1 || max > request.max || seen.has(max)) continue;
      const min = Math.min(request.min, max);
      if (min === request.min && max === request.max) continue;
      const otherwise = seen.size > 0;
      seen.add(max);
      yield {
        title: `Ask for ${vectorsWords(min, max)} instead of ${vectorsText(request.min, request.max)}`,
        edits: setProperty(context.tree, block, 'vectors', vectorsText(min, max)),
        otherwise,
      };
    }
  },
};

/** What to try. */
function* amounts(finding: Finding, context: FixContext, written: WrittenRequest): Iterable<number> {
  const { node, request } = written;
  const most = Math.min(request.max, offered(node, request.mode));
  if (finding.rule === 'request-exceeds-table' || finding.rule === 'request-max-clipped') {
    yield most;
    return;
  }
  yield fact(finding, 'messages') ?? 0;
  yield fact(finding, 'free') ?? 0;
  // On pseries: the longest run of sources, and what Linux lets the function have.
  yield fact(finding, 'longest') ?? 0;
  yield fact(finding, 'quota') ?? 0;
  yield fact(finding, 'each') ?? 0;
  const elements = context.topology.byNode.get(node) ?? [];
  // On x86: entries that were left for this one, handlers that found a vector, promises within what was left.
  const left = fact(finding, 'left') ?? fact(finding, 'index');
  if (left !== undefined) {
    yield left;
    // Its own line's pin is promised a vector, too, as soon as its driver enables it.
    const promised = fact(finding, 'promised') ?? 0;
    yield left - promised;
    yield left - promised - 1;
  }
  yield most - (fact(finding, 'over') ?? most);
  const { own, free } = eventsOf(finding, context, elements);
  yield own / elements.length;
  yield (own + free) / elements.length;
  for (let half = Math.floor(most / 2); half >= 1; half = Math.floor(half / 2)) yield half;
}

/** Vectors that the elements of a declaration hold after boot, and events that are free in the table they share with others. */
function eventsOf(finding: Finding, context: FixContext, elements: readonly FunctionIndex[]) {
  const state = afterBoot(context);
  const own = elements.reduce<number>((sum, fn) => sum + grantedVectors(functionState(state, fn)), 0);
  const [victim] = functionsOf(finding, context);
  const above = new Set(victim ? [...bridgesAbove(context, victim)].map(({ index }) => index) : []);
  const group = deviceIdGroups(context).find(({ bridge }) => bridge !== undefined && above.has(bridge));
  if (group?.controller.type !== 'gicv3' || group.its === undefined) return { own, free: 0 };
  const its = itsStateOf(state, context.machine.controllers.indexOf(group.controller));
  const device = its?.devices[group.controller.itses.indexOf(group.its)]?.get(group.deviceId);
  return { own, free: device === undefined ? 0 : device.lpiCount - size(device.used) };
}

/** The largest power of two that is not larger. */
const powerOfTwoWithin = (n: number): number => (n < 1 ? 0 : roundUpToPowerOfTwo(Math.floor(n) + 1) / 2);
