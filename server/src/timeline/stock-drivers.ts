/** Habits of Linux drivers that show in the order of commands. How many vectors they ask for is the catalogue's matter. */
import type { Interval, Intervals } from '../base/intervals.ts';

/**
 * The order in which a driver's remove frees its handlers. virtio (vp_del_vqs) takes the queues' vectors first, the
 * configuration's, number 0, last; nvme (nvme_suspend_io_queues, then nvme_suspend_queue(0)) goes from the last queue down;
 * others are taken to go up. The order shows in the DISCARDs only.
 */
export function releaseOrder(driver: string | undefined, handlers: Intervals): readonly Interval[] {
  if (driver === undefined) return handlers;
  if (driver.startsWith('virtio')) return configurationLast(handlers);
  if (driver === 'nvme') return oneByOneDown(handlers);
  return handlers;
}

function configurationLast(handlers: Intervals): Interval[] {
  const order: Interval[] = [];
  let configuration: Interval | undefined;
  for (const run of handlers) {
    if (run.first > 0) {
      order.push(run);
      continue;
    }
    configuration = { first: 0, last: 0 };
    if (run.last > 0) order.push({ first: 1, last: run.last });
  }
  if (configuration !== undefined) order.push(configuration);
  return order;
}

function oneByOneDown(handlers: Intervals): Interval[] {
  const order: Interval[] = [];
  for (const run of handlers) for (let n = run.first; n <= run.last; n++) order.push({ first: n, last: n });
  return order.reverse();
}
