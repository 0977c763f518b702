import { size } from '../../base/intervals.ts';
import type { Requester } from '../../controllers/controller.ts';
import { gicv5Device } from '../../controllers/gicv5-its/index.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { countVectors, functionState } from '../../timeline/state.ts';
import type { RuleContext } from '../context.ts';
import { afterBoot, type Headroom, headroom, type Short } from '../headroom.ts';
import type { Related, Rule } from '../rule.ts';
import { type DeviceIdGroup, deviceIdGroups, hex, relatedTo } from '../sharing.ts';
import { counted } from '../words.ts';

export const hotplugHeadroomInsufficient: Rule = {
  id: 'hotplug-headroom-insufficient',
  severity: 'warning',
  title: 'what may be plugged in needs more events than are left',
  checks:
    'The declared `hotplug` functions are plugged in, one after the other in file order, into the machine as it is after boot; each gets all the vectors its driver asks for.',
  why: `Below a PCIe-to-PCI bridge everything shares one DeviceID and one table, made when the first function asks: as large as all that is present then, rounded up to a power of two. What is plugged in later finds

    headroom = power of two(sum of capabilities at that moment) - events taken

and the table never grows. A bridge may have 31 slots and one free event. The driver of a device that comes too late gets fewer vectors, or INTx, without a word.`,
  remedy:
    'Give the candidates root ports of their own, which the quick-fix does: each port is a DeviceID with a table made for what is plugged there. That takes a bus per port; 256 MiB of ECAM have 256.',
  sources: [
    'Linux 7.2: its_pci_msi_prepare, drivers/irqchip/irq-gic-its-msi-parent.c; its_alloc_device_irq, irq-gic-v3-its.c',
    'Heyi Guo and Marc Zyngier, 2019: hot-plug behind a PCIe-to-PCI bridge',
    'Recorded machines: bridge-hotplug, bridge-empty-hotplug (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    const groups = new Map(deviceIdGroups(context).map((group) => [group.bridge, group]));
    for (const room of headroom(context)) {
      if (room.short === undefined) continue;
      const { fn, wanted, got } = room.short;
      const { node } = room.bridge ?? fn;
      const left = leftOf(room, room.short);
      yield {
        rule: 'hotplug-headroom-insufficient',
        at: { decl: node.decl, part: 'header' },
        message: `Hot-plug of ${fn.name} wants ${counted(wanted, 'vector')}, ${left.text}: it gets ${got === 0 ? 'none' : got}; ${room.fit} of ${room.asked} ${room.asked === 1 ? 'candidate fits' : 'candidates fit'}`,
        related: [
          ...(room.bridge ? takersAtBoot(context, groups.get(room.bridge.index)) : []),
          { at: { decl: fn.node.decl, part: 'header' }, message: `${fn.name} is to be plugged in here` },
        ],
        functions: [fn.index],
        facts: { fn: fn.name, wanted, got, free: left.free, fit: room.fit, asked: room.asked },
      };
    }
  },
};

/** Who has events of the table already, in the order of the boot. */
function takersAtBoot(context: RuleContext, group: DeviceIdGroup | undefined): readonly Related[] {
  const state = afterBoot(context);
  const events = (fn: FunctionIndex) => countVectors(functionState(state, fn).vectors);
  const takers = group?.sharers.map(({ fn }) => fn).filter((fn) => events(fn) > 0) ?? [];
  return relatedTo(context.topology, takers, ({ index, name }) => `${name} takes ${counted(events(index), 'event')}`);
}

const answerOf = ({ errno }: Short['call']): string =>
  errno === 'abort' ? 'QEMU aborts' : `Linux answers -${errno ?? 'ENOSPC'}`;

/** What was left at the moment the candidate came, in numbers and words. */
function leftOf({ bridge }: Headroom, { call, before, stop }: Short): { readonly free: number; readonly text: string } {
  const { requester } = call;
  if (!COUNTED.has(stop.resource)) return { free: 0, text: stop.text };
  if (requester === undefined) return { free: 0, text: answerOf(call) };
  const controller = before.controllers[requester.controller];
  if (controller?.type === 'gicv2m') {
    const free = controller.frames.reduce((sum, frame) => sum + size(frame.free), 0);
    return { free, text: `${free} of ${controller.spisTotal} SPIs ${isOrAre(free)} free` };
  }
  if (controller?.type === 'riscv-imsic') {
    const free = controller.files.reduce((sum, { available, online }) => sum + (online ? available : 0), 0);
    return { free, text: `${free} interrupt ${free === 1 ? 'identity' : 'identities'} ${isOrAre(free)} free` };
  }
  if (controller?.type === 'gicv5') {
    const owner = gicv5Device(controller, requester.its, requester.deviceId)?.owner;
    const free = size(controller.lpis);
    if (owner === undefined) return { free, text: `${counted(free, 'LPI')} ${isOrAre(free)} left` };
    return {
      free: 0,
      text: `${id(requester)} is registered for ${before.topology.functions[owner]?.name ?? 'another'}`,
    };
  }
  if (controller?.type !== 'gicv3') return { free: 0, text: answerOf(call) };
  const device = controller.devices[requester.its]?.get(requester.deviceId);
  if (device === undefined) {
    const free = size(controller.lpis);
    return { free, text: `${counted(free, 'LPI')} ${isOrAre(free)} left for the table of ${id(requester)}` };
  }
  const free = device.lpiCount - size(device.used);
  const via = bridge ? `, which ${bridge.name} gives to all below it` : '';
  return { free, text: `${free} of ${device.lpiCount} events ${isOrAre(free)} free on ${id(requester)}${via}` };
}

/** Resources that are told with the name of the bridge, and as a number for fixes. */
const COUNTED: ReadonlySet<string> = new Set(['events', 'lpis', 'spis', 'msis', 'messages']);

const id = ({ deviceId }: Requester): string => `DeviceID ${hex(deviceId)}`;

const isOrAre = (count: number): string => (count === 1 ? 'is' : 'are');
