import { gaps } from '../../base/intervals.ts';
import { isPowerOfTwo, roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { ItsDevice } from '../../controllers/gicv3-its/index.ts';
import type { PciNode, Request, RuleSet } from '../../model/machine.ts';
import { controllerBehind } from '../../pci/msi-map.ts';
import { functionState } from '../../timeline/state.ts';
import type { RuleContext } from '../context.ts';
import { afterBoot } from '../headroom.ts';
import { nameOf, nodesWhere, placeOfVectors } from '../nodes.ts';
import { itsStateOf } from '../outcomes.ts';
import type { Rule } from '../rule.ts';

export const lifecycleMultiMsiLeak: Rule = {
  id: 'lifecycle-multi-msi-leak',
  severity: 'warning',
  title: 'freeing a number of MSI messages that is no power of two leaves events behind',
  checks: 'Requests for several MSI messages on an ITS ask for a power of two.',
  why: `Multi-MSI reserves one region of a power of two of events. Freeing gives them back one at a time, exactly as many as were asked for: the rest of the region stays taken for ever, and with it the table and its LPIs, through unbind, removal and hot-unplug.

The next insertion finds the table and needs a whole free region again. On Linux 6.1 and 6.12 a function's own table has just one, so the second insertion fails; on 7.2 the table is as large as the capability and lasts as many insertions as it has regions: 32 messages, five at a time, make four.

A GICv5 shares no table, not even with the function that left the events: its DeviceID stays registered, and the second insertion is refused (-EBUSY at the ITS, -ENODEV for the driver). LPIs do not leak there, as each vector has one of its own.`,
  remedy: 'Ask for the power of two, which the quick-fix does, or use MSI-X, where each vector is an event by itself.',
  sources: [
    'Linux 7.2: its_irq_domain_free, drivers/irqchip/irq-gic-v3-its.c; irq_domain_free_irqs_hierarchy, kernel/irq/irqdomain.c (frees one at a time)',
    'Linux 7.2: gicv5_its_irq_domain_free, gicv5_its_msi_teardown, drivers/irqchip/irq-gic-v5-its.c',
    'Thomas Gleixner and Marc Zyngier, 2021 to 2023: freeing regions in bulk',
    'Recorded machines: multi-msi, multi-msi-clean (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    const { machine } = context;
    if (!machine.controllers.some((controller) => 'itses' in controller)) return;
    for (const { node, hostBridge } of nodesWhere(machine, asksForOddMsi)) {
      const request = oddRequest(node);
      if (request === undefined) continue;
      const isGicv5 = hostBridge !== undefined && controllerBehind(machine, hostBridge.msi)?.type === 'gicv5';
      const asked = Math.min(request.max, node.capabilities.msi);
      const region = roundUpToPowerOfTwo(asked);
      const insertion = isGicv5 ? 2 : firstToFail(context, node, region);
      const end = isGicv5
        ? 'finds the DeviceID registered for ever and fails with -ENODEV'
        : request.min > 1
          ? 'fails with -ENOSPC'
          : 'gets 1 vector';
      yield {
        rule: 'lifecycle-multi-msi-leak',
        at: placeOfVectors(node, request),
        message: `${nameOf(node)} leaves ${region - asked} of ${region} events behind each time its driver goes; insertion ${insertion} ${end}`,
        facts: { fn: nameOf(node), asked, region, leak: region - asked, insertion },
      };
    }
  },
};

const asksForOddMsi = (node: PciNode): boolean => oddRequest(node) !== undefined;

function oddRequest(node: PciNode): Request | undefined {
  for (const call of node.plan) {
    const request = call.call === 'allocate' ? call.ladder[0] : undefined;
    if (request?.mode !== 'msi') continue;
    const asked = Math.min(request.max, node.capabilities.msi);
    if (asked > 0 && request.min <= asked && !isPowerOfTwo(asked)) return request;
  }
  return undefined;
}

/** One insertion more than there are regions: the one taken at boot, and the aligned ones still free in its table. */
function firstToFail(context: RuleContext, node: PciNode, region: number): number {
  const device = tableAtBoot(context, node);
  return (device === undefined ? ownRegions(context.machine.rules, node, region) : 1 + freeRegions(device, region)) + 1;
}

/** Undefined for a function that is not there at boot, or got no messages then. */
function tableAtBoot(context: RuleContext, node: PciNode): ItsDevice | undefined {
  const fn = context.topology.byNode.get(node)?.[0];
  const state = afterBoot(context);
  if (fn === undefined) return undefined;
  const { mode, requester } = functionState(state, fn);
  if (mode !== 'msi' || requester === undefined) return undefined;
  return itsStateOf(state, requester.controller)?.devices[requester.its]?.get(requester.deviceId);
}

/** The table of 7.2 is as large as the capability (its_pci_msi_prepare); before, as large as the request. */
const ownRegions = (rules: RuleSet, node: PciNode, region: number): number =>
  rules === '7.2' ? Math.floor(roundUpToPowerOfTwo(node.capabilities.msi) / region) : 1;

const freeRegions = ({ used, lpiCount }: ItsDevice, region: number): number =>
  gaps(used, 0, lpiCount - 1)
    .map(({ first, last }) => Math.floor((last + 1) / region) - Math.ceil(first / region))
    .reduce((sum, count) => sum + Math.max(0, count), 0);
