/** What is offered about guests. */
import { describe, expect, it } from 'vitest';
import { completionsAt } from '../../../server/src/ide/completion.ts';
import { cursorIn, filesOf, MAIN } from './spec.ts';

const machine = `machine m
interrupt-controller apic : x86-apic
host-bridge h { endpoint nic at 01.0 { msix = 4; vfs = 2; vf v[2] { msix = 4 } } }
`;

function labels(marked: string): readonly string[] {
  const { text, offset } = cursorIn(machine + marked);
  return completionsAt(filesOf(text), MAIN, offset, false).choices.map(({ label }) => label);
}

describe('guests', () => {
  it.each([
    ['vm g {\n  |\n}\n', ['assign', 'os', 'vmm', 'on-error', 'autostart', 'interrupt-hypercall']],
    ['vm g {\n  assign |\n}\n', ['nic', 'v']],
    ['vm g {\n  assign nic {\n    |\n  }\n}\n', ['entries', 'flow', 'ims']],
    ['vm g {\n  assign nic {\n    flow = |\n  }\n}\n', ['allocate-up-front', 'grow', 'dynamic']],
    ['vm g {\n  on-error = |\n}\n', ['ignore', 'kill']],
    ['vm g { assign nic }\nscenario "s" {\n  start |\n}\n', ['g']],
    ['vm g { assign nic }\nscenario "s" {\n  unmask |\n}\n', ['nic', 'v']],
    ['vm g { assign nic }\nscenario "s" {\n  unmask nic {\n    |\n  }\n}\n', ['entry']],
    ['vm g { assign nic }\nscenario "s" {\n  set-pasid nic {\n    |\n  }\n}\n', ['entry', 'pasid']],
    ['vm g { assign nic }\nscenario "s" {\n  expect g {\n    |\n  }\n}\n', ['state', 'lost', 'error']],
    ['vm g { assign nic }\nscenario "s" {\n  expect g {\n    state = |\n  }\n}\n', ['running', 'killed', 'off']],
  ])('%j', (marked, expected) => {
    expect(labels(marked)).toEqual(expect.arrayContaining(expected));
  });
});
