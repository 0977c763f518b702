/** What befell guests during a step, and how a migration went, in a few words. */
import { size } from '../base/intervals.ts';
import { failureText } from '../base/result.ts';
import { counted } from '../rules/words.ts';
import type { GuestEvent, ImsRefusal } from '../timeline/guests/events.ts';
import type { StepResult } from '../timeline/run.ts';

/** "guest killed", "2 entries lost", "57 functions kept, 1 difference"; undefined where nothing of the kind happened. */
export function eventWords({ guestEvents = [], migration, state }: StepResult): string | undefined {
  if (migration !== undefined) {
    const { kept, differences } = migration;
    const refused = state.lastErrno === 'none' ? '' : `${failureText(state.lastErrno)}, `;
    return `${refused}${counted(kept, 'function')} kept, ${counted(differences.length, 'difference')}`;
  }
  // What is worst is told; the findings at the step tell the rest.
  for (const is of ['killed', 'lost', 'torn-down', 'ims-refused'] as const) {
    const first = guestEvents.find((event) => event.is === is);
    if (first !== undefined) return guestWords(first, guestEvents);
  }
  return undefined;
}

function guestWords(event: GuestEvent, all: readonly GuestEvent[]): string {
  switch (event.is) {
    case 'killed':
      return `guest killed, ${failureText(event.errno)}`;
    case 'lost': {
      const lost = all.reduce((sum, other) => sum + (other.is === 'lost' ? size(other.entries) : 0), 0);
      return `${lost === 1 ? '1 entry' : `${lost} entries`} lost, ${failureText(event.errno)}`;
    }
    case 'torn-down': {
      const sums = { times: 0, hit: 0 };
      for (const other of all) {
        if (other.is !== 'torn-down') continue;
        sums.times += other.times;
        sums.hit += other.hit;
      }
      return `torn down ${sums.times === 1 ? 'once' : `${sums.times} times`}, ${counted(sums.hit, 'handler')} hit`;
    }
    case 'ims-refused':
      return REFUSALS[event.why];
  }
}

const REFUSALS: Readonly<Record<ImsRefusal, string>> = {
  'no-hypercall': 'no IMS: no hypercall',
  storage: 'no IMS: the function has none',
  'guest-kernel': 'no IMS: not with its kernel',
  'host-kernel': 'no IMS: not with this kernel',
  controller: 'no IMS: x86 with remapping only',
};
