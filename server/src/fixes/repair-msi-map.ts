import type { MsiMapEntry } from '../model/machine.ts';
import type { Finding, Related } from '../rules/rule.ts';
import { hex } from '../rules/sharing.ts';
import { propertyIn, setProperty } from '../syntax/edits.ts';
import type { TextEdit } from '../syntax/tree.ts';
import type { FixContext } from './context.ts';
import type { Fix, Proposal } from './fix.ts';
import { takeOut, takeOutOf } from './moved-text.ts';
import { blockOf, declOf, fact, functionsOf, hostBridgeOf } from './places.ts';

export const repairMsiMap: Fix = {
  id: 'repair-msi-map',
  rules: [
    'msi-map-overlap',
    'iort-off-by-one',
    'msi-map-mask-conflict',
    'devid-duplicate-distinct-functions',
    'itt-created-by-smaller',
    'shared-itt-order-dependent',
  ],
  safety: 'review',
  doc: 'Makes the entries of an msi-map disjoint without changing who gets which DeviceID, or makes its mask and its entries agree.',
  propose(finding, context) {
    switch (finding.rule) {
      case 'msi-map-overlap':
      case 'iort-off-by-one':
        return makeDisjoint(finding, context);
      case 'msi-map-mask-conflict':
        return agreeWithMask(finding, context);
      default:
        return countAllBits(finding, context);
    }
  },
};

function entryOf({ machine }: FixContext, decl: unknown): MsiMapEntry | undefined {
  for (const { msi } of machine.hostBridges) {
    const entry = msi.by === 'map' ? msi.entries.find((one) => one.decl === decl) : undefined;
    if (entry) return entry;
  }
  return undefined;
}

const relatedDecl = (related: Related | undefined) => (related && 'decl' in related.at ? related.at.decl : undefined);

/** The first match wins, so the later entry gives way; of two that meet in ACPI's tables the first is one too long. */
function* makeDisjoint(finding: Finding, context: FixContext): Iterable<Proposal> {
  const later = entryOf(context, declOf(finding));
  const [from, to] = [fact(finding, 'from'), fact(finding, 'to')];
  if (later === undefined || from === undefined || to === undefined) return;
  if (finding.rule === 'iort-off-by-one') {
    const earlier = entryOf(context, relatedDecl(finding.related?.[0]));
    if (earlier) yield* withRange(context, earlier, earlier.requesterIdFirst, earlier.requesterIdLast - 1, 'first');
    return;
  }
  if (from <= later.requesterIdFirst && to >= later.requesterIdLast) {
    const block = blockOf(context, later.decl);
    if (block) yield { title: 'Remove the second entry, which never counts', edits: takeOut(context.tree, [block]) };
    return;
  }
  if (from <= later.requesterIdFirst) yield* withRange(context, later, to + 1, later.requesterIdLast, 'second');
  else yield* withRange(context, later, later.requesterIdFirst, from - 1, 'second');
}

/** The entry with another range, every ID in it keeping its DeviceID. */
function* withRange(
  context: FixContext,
  entry: MsiMapEntry,
  first: number,
  last: number,
  which: string,
): Iterable<Proposal> {
  if (last < first) return;
  const range = `${hex(first)}..${hex(last)}`;
  const edits = rewritten(context, entry, first, last, entry.deviceIdFirst + first - entry.requesterIdFirst);
  if (edits) yield { title: `Let the ${which} entry have ${range}`, edits };
}

function rewritten(
  context: FixContext,
  entry: MsiMapEntry,
  first: number,
  last: number,
  device: number,
): readonly TextEdit[] | undefined {
  const block = blockOf(context, entry.decl);
  if (block === undefined) return undefined;
  const ids = entry.decl.values.get('device-ids');
  const devices = ids?.is === 'range' ? `${hex(device)}..${hex(device + last - first)}` : hex(device);
  const kept = ids?.is !== 'range' && device === entry.deviceIdFirst;
  return [
    ...setProperty(context.tree, block, 'requester-ids', `${hex(first)}..${hex(last)}`),
    ...(kept ? [] : setProperty(context.tree, block, 'device-ids', devices)),
  ];
}

/** All bits of a requester ID count. */
const FULL_MASK = 0xffff;

function* agreeWithMask(finding: Finding, context: FixContext): Iterable<Proposal> {
  const entry = entryOf(context, declOf(finding));
  const hostBridge = context.machine.hostBridges.find(
    ({ msi, decl }) =>
      decl === declOf(finding) || (msi.by === 'map' && entry !== undefined && msi.entries.includes(entry)),
  );
  const block = hostBridge && blockOf(context, hostBridge.decl);
  const mask = fact(finding, 'mask');
  if (block === undefined || mask === undefined || entry === undefined) return;
  yield {
    title: `Widen the mask to ${hex(FULL_MASK)}`,
    edits: setProperty(context.tree, block, 'msi-map-mask', hex(FULL_MASK)),
  };
  const first = entry.requesterIdFirst & mask;
  const last = Math.max(first, entry.requesterIdLast & mask);
  const edits = rewritten(context, entry, first, last, entry.deviceIdFirst);
  if (edits) yield { title: `Let the entry begin at ${hex(first)}, as the mask leaves it`, edits };
}

/** Without a mask each requester ID has a DeviceID of its own. */
function* countAllBits(finding: Finding, context: FixContext): Iterable<Proposal> {
  const [victim] = functionsOf(finding, context);
  const hostBridge = victim && hostBridgeOf(context, victim);
  const block = hostBridge && blockOf(context, hostBridge.decl);
  const mask = block && propertyIn(block, 'msi-map-mask');
  if (block && mask) {
    yield { title: 'Remove the mask: all bits of a requester ID count', edits: takeOutOf(context.tree, block, [mask]) };
  }
}
