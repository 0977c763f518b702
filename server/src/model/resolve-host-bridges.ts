/** Host bridges, and where their MSIs go. */
import type { Value } from '../syntax/tree.ts';
import type { Declared } from './declared.ts';
import type { Controller, HostBridge, Its, MsiMapEntry, MsiRouting, PciNode } from './machine.ts';
import { namePlace } from './names.ts';
import type { ModelProblem } from './problem.ts';
import type { ReferenceContext, ReferenceSite } from './references.ts';
import { nameSite, resolveReference, valueSite } from './references.ts';
import type { Controllers } from './resolve-controllers.ts';
import { either } from './value-text.ts';
import type { Layers } from './values.ts';
import { asAddress, asBoolean, asBytes, asNumber, asRange, requesterIdOf, valueIn } from './values.ts';

/** What a host bridge is resolved with. */
export interface HostBridgeContext {
  readonly references: ReferenceContext;
  readonly controllers: Controllers;
  /** The functions on the bus of a block. */
  readonly nodesIn: (parent: Declared) => readonly PciNode[];
  readonly problems: ModelProblem[];
}

const DEFAULT_ECAM_BYTES = 256 * 1024 * 1024;
const ALL_REQUESTER_ID_BITS = 0xffff;

export function resolveHostBridge(decl: Declared, context: HostBridgeContext): HostBridge {
  const layers: Layers = [decl];
  return {
    decl,
    name: decl.name,
    segment: asNumber(valueIn(layers, 'segment')) ?? 0,
    ecamBytes: asBytes(valueIn(layers, 'ecam')) ?? DEFAULT_ECAM_BYTES,
    busRange: asRange(valueIn(layers, 'bus-range')),
    msi: resolveRouting(decl, context),
    msiBus: asBoolean(valueIn(layers, 'msi-bus')) ?? true,
    remappingUnit: unitOf(valueIn(layers, 'remapping-unit')),
    children: context.nodesIn(decl),
  };
}

const unitOf = (value: Value | undefined): HostBridge['remappingUnit'] =>
  value?.is === 'word' && value.text === 'none' ? 'none' : (asNumber(value) ?? 0);

/** `msi-map` entries, else `msi-parent`, else the only thing there is that takes messages. */
function resolveRouting(decl: Declared, context: HostBridgeContext): MsiRouting {
  const maps = decl.children.filter(({ kind }) => kind === 'msi-map');
  const parent = decl.values.has('msi-parent') ? resolveParent(decl, context) : undefined;
  if (maps.length === 0) return parent ?? onlyRouting(decl, context);
  if (decl.values.has('msi-parent')) {
    context.problems.push({
      rule: 'unknown-property',
      at: { decl, part: { property: 'msi-parent' } },
      message: 'Property msi-parent has no effect on a host-bridge with msi-map',
      facts: { property: 'msi-parent', kind: 'host-bridge' },
    });
  }
  const entries = maps.flatMap((map) => resolveMap(map, context) ?? []);
  // Entries that cannot be read are errors already; the functions below need not all fail for it.
  if (entries.length === 0) return parent ?? firstRouting(context);
  const mask = asNumber(decl.values.get('msi-map-mask')) ?? ALL_REQUESTER_ID_BITS;
  return { by: 'map', mask, entries };
}

interface Target {
  readonly controller: Controller;
  readonly its: Its | undefined;
}

function resolveParent(decl: Declared, context: HostBridgeContext): MsiRouting | undefined {
  const site = valueSite(decl, 'msi-parent');
  const target = site === undefined ? undefined : resolveTarget(site, ['interrupt-controller', 'its'], context);
  if (site === undefined || target === undefined) return undefined;
  const { controller, its } = target;
  if (its !== undefined || !('itses' in controller)) return { by: 'parent', controller, its };
  const [only, second] = controller.itses;
  if (second !== undefined) {
    context.problems.push({
      rule: 'wrong-kind-of-reference',
      at: { decl, span: site.span },
      message: `${site.text} has ${controller.itses.length} ITSs; msi-parent names one of them`,
      related: [{ at: namePlace(controller.decl), message: `${site.text} is declared here` }],
      facts: { name: site.text, kind: 'interrupt-controller' },
      ...(only?.name === undefined ? {} : { replacement: only.name }),
    });
  }
  return { by: 'parent', controller, its: only };
}

function resolveTarget(
  site: ReferenceSite,
  to: readonly ('interrupt-controller' | 'its')[],
  { references, controllers, problems }: HostBridgeContext,
): Target | undefined {
  const resolved = resolveReference(site, to, references);
  if (resolved.is === 'thing') return controllers.byDecl.get(resolved.declaration.decl);
  if (resolved.is === 'nothing' && resolved.problem !== undefined) problems.push(resolved.problem);
  return undefined;
}

/** What may take the messages of a root: every ITS, and every controller that needs none. */
function targets({ controllers }: HostBridgeContext): readonly Target[] {
  return [...controllers.byDecl.values()].filter(({ controller, its }) =>
    controller.type === 'gicv3' || controller.type === 'gicv5' ? its !== undefined : true,
  );
}

function firstRouting(context: HostBridgeContext): MsiRouting {
  const [first] = targets(context);
  return first === undefined ? { by: 'none' } : { by: 'parent', ...first };
}

function onlyRouting(decl: Declared, context: HostBridgeContext): MsiRouting {
  const choices = targets(context);
  if (choices.length > 1) {
    const names = choices.flatMap(({ its, controller }) => (its ?? controller).name ?? []);
    context.problems.push({
      rule: 'missing-required-field',
      at: { decl, part: 'header' },
      message:
        `host-bridge ${decl.name ?? ''} needs msi-parent or msi-map: its MSIs may go to ${either(names)}`.replace(
          '  ',
          ' ',
        ),
      related: choices.map(({ its, controller }) => ({
        at: namePlace((its ?? controller).decl),
        message: `${(its ?? controller).name ?? 'this one'} takes MSIs`,
      })),
      facts: { kind: 'host-bridge', field: 'msi-parent' },
    });
  }
  return firstRouting(context);
}

function resolveMap(decl: Declared, context: HostBridgeContext): MsiMapEntry | undefined {
  const site = nameSite(decl);
  const target = site === undefined ? undefined : resolveTarget(site, ['its'], context);
  const requesterIds = idsOf(decl.values.get('requester-ids'));
  const deviceIds = idsOf(decl.values.get('device-ids'));
  if (requesterIds === undefined || deviceIds === undefined) return undefined;
  const requesters = requesterIds.last - requesterIds.first + 1;
  const devices = deviceIds.last - deviceIds.first + 1;
  if (decl.values.get('device-ids')?.is === 'range' && devices !== requesters) {
    const first = `0x${deviceIds.first.toString(16)}`;
    context.problems.push({
      rule: 'value-out-of-range',
      at: { decl, part: { value: 'device-ids' } },
      message: `device-ids must be as many as requester-ids: ${requesters}, got ${devices}`,
      facts: { property: 'device-ids', requesterIds: requesters, deviceIds: devices },
      replacement: first,
    });
  }
  if (target?.its === undefined) return undefined;
  return {
    decl,
    its: target.its,
    requesterIdFirst: requesterIds.first,
    requesterIdLast: requesterIds.last,
    deviceIdFirst: deviceIds.first,
  };
}

/** A number or an address, or a range of them. */
function idsOf(value: Value | undefined): { readonly first: number; readonly last: number } | undefined {
  if (value === undefined) return undefined;
  const first = idOf(value.is === 'range' ? value.from : value);
  const last = idOf(value.is === 'range' ? value.to : value);
  return first === undefined || last === undefined ? undefined : { first, last };
}

function idOf(value: Value): number | undefined {
  const address = asAddress(value);
  return address === undefined ? asNumber(value) : requesterIdOf(address);
}
