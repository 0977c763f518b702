import { gotOf, type OrderRange, rangeText } from '../../timeline/orders.ts';
import { afterBoot } from '../headroom.ts';
import { orderDependence } from '../probe-orders.ts';
import type { Rule } from '../rule.ts';
import { at, relatedTo } from '../sharing.ts';

export const sharedIttOrderDependent: Rule = {
  id: 'shared-itt-order-dependent',
  severity: 'info',
  title: 'how many vectors a function gets depends on who is probed first',
  checks:
    'The functions of a shared DeviceID get the same number of vectors in whatever order they are probed. All orders are followed where that is feasible, the extreme ones elsewhere.',
  why: 'Who asks first makes the table and takes the lowest events. At boot the order is that of the buses; with asynchronous probing, modules loaded later or drivers bound by hand it is another, and other functions come away empty-handed.',
  remedy: 'Give the functions DeviceIDs of their own, or make the requests small enough for any order.',
  sources: [
    'Linux 7.2: its_msi_prepare, drivers/irqchip/irq-gic-v3-its.c; driver_probe_device, drivers/base/dd.c',
    'Recorded machine: msimap-mask (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    const { topology } = context;
    const booted = afterBoot(context);
    for (const { functions, ranges } of orderDependence(context)) {
      const victim = functions.find((fn) => ranges.has(fn));
      const range = victim === undefined ? undefined : ranges.get(victim);
      if (victim === undefined || range === undefined) continue;
      const { node, name } = at(topology, victim);
      const others = ranges.size - 1;
      const more = others === 0 ? '' : `; so ${others === 1 ? 'does 1 other' : `do ${others} others`}`;
      yield {
        rule: 'shared-itt-order-dependent',
        at: { decl: node.decl, part: 'header' },
        message: `${name} gets ${rangeText(range)} vectors, depending on the order of probing: ${gotOf(booted, victim)} as at boot${more}`,
        related: relatedTo(
          topology,
          functions.filter((fn) => fn !== victim),
          ({ index, name }) => `${name} shares the table${withRange(ranges.get(index))}`,
        ),
        functions: [victim],
        facts: { fn: name, least: range.least, most: range.most },
      };
    }
  },
};

const withRange = (range: OrderRange | undefined): string =>
  range === undefined ? '' : `: ${rangeText(range)} vectors, depending on the order`;
