import { largestRequest, quota, requestsOf } from '../../controllers/spapr/quota.ts';
import { totalMsis } from '../../controllers/spapr/source-space.ts';
import { neighboursOf } from '../../timeline/requester.ts';
import { firmwareIn } from '../firmware-calls.ts';
import { endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { counted } from '../words.ts';

export const spaprQuotaClamp: Rule = {
  id: 'spapr-quota-clamp',
  severity: 'warning',
  title: 'a quota gives a function fewer MSIs than it asks for',
  checks: 'The vectors that a function below a pseries host bridge asks for are within its quota.',
  why: 'Linux divides the MSIs that a host bridge says it has by its functions. Who wants more than this share gets what the others leave of theirs, divided among all that want more; others count with the most they could ask for, whether they do or not. A range is reduced to the quota, an exact request above it fails with -ENOSPC. What is in use does not matter.',
  remedy:
    'Ask for a range, give other functions smaller tables, or move some functions to another host bridge, which has a total of its own.',
  sources: [
    'Linux 7.2: msi_quota_for_device, arch/powerpc/platforms/pseries/msi.c',
    'Recorded machines: spapr-exhaust-dual-61, spapr-exhaust-pseries30-61, spapr-quota1-pseries30-61',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const { fn, name, wanted, first } = outcome;
      const firmware = firmwareIn(outcome.step.state, outcome);
      const { requester } = first;
      if (firmware === undefined || requester === undefined || first.request.mode !== 'msix') continue;
      const requests = requestsOf(neighboursOf(outcome.step.state, fn));
      const total = totalMsis(firmware.space);
      const own = largestRequest(requester.capabilities);
      const allowed = quota(total, requests, own, wanted);
      if (allowed >= wanted) continue;
      yield {
        rule: 'spapr-quota-clamp',
        severity: severityOf(outcome, outcome.messages > 0 ? 'warning' : 'error'),
        at: outcome.at,
        message: `${name} wants ${counted(wanted, 'vector')}; of ${total} MSIs for ${counted(requests.devices, 'function')} its quota is ${allowed}: ${endOf(outcome)}`,
        functions: [fn],
        facts: { fn: name, wanted, quota: allowed, total, functions: requests.devices },
      };
    }
  },
};
