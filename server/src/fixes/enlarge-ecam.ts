import type { HostBridge } from '../model/machine.ts';
import type { Finding } from '../rules/rule.ts';
import { ecamFor, highestBus, widenEcam } from './buses.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { declOf, fact, functionsOf, hostBridgeOf } from './places.ts';

export const enlargeEcam: Fix = {
  id: 'enlarge-ecam',
  rules: ['ecam-bus-exhausted', 'ecam-bus-range-shrunk', 'sriov-bus-out-of-range', 'bridge-no-hotplug-bus'],
  safety: 'review',
  doc: 'Makes the ECAM window the smallest power of two of MiB that has all the buses: 1 MiB each, 256 MiB at most.',
  *propose(finding, context) {
    const hostBridge = whose(finding, context);
    if (hostBridge === undefined) return;
    const last = lastNeeded(finding, context, hostBridge);
    const size = ecamFor(hostBridge, last);
    const edits = widenEcam(context, hostBridge, last);
    if (edits && size) yield { title: `Make the ECAM ${size} (${parseInt(size, 10)} buses)`, edits };
  },
};

function whose(finding: Finding, context: FixContext): HostBridge | undefined {
  const [fn] = functionsOf(finding, context);
  if (fn) return hostBridgeOf(context, fn);
  const decl = declOf(finding);
  return context.machine.hostBridges.find((hostBridge) => hostBridge.decl === decl);
}

function lastNeeded(finding: Finding, context: FixContext, hostBridge: HostBridge): number {
  if (finding.rule === 'ecam-bus-range-shrunk') return fact(finding, 'last') ?? 0;
  const needed = fact(finding, 'needed') ?? fact(finding, 'reach');
  return needed ?? highestBus(context, hostBridge) + 1;
}
