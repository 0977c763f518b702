import { expect, it } from 'vitest';
import { completionsAt } from '../../../server/src/ide/completion.ts';
import { analysisOf, cursorIn, filesOf, MAIN } from './spec.ts';

/** The note beside a name where `remove` is followed by the bar. */
function note(spec: string, name: string): string | undefined {
  const { text, offset } = cursorIn(`${spec}scenario "s" {\n  remove |\n}\n`);
  const { choices } = completionsAt(filesOf(text), MAIN, offset, false, undefined, analysisOf(text));
  return choices.find(({ label }) => label === name)?.doc;
}

const tree =
  'host-bridge h {\n  /// The fast one.\n  endpoint nic[2] at 03.0 { msix = 4; request msix { vectors = 2 } }\n}\n';

it('names of functions are completed with what they hold', () => {
  const x86 = 'interrupt-controller apic : x86-apic { cpus = 2; remapping = intel }\n';
  expect(note(x86 + tree, 'nic')).toBe(
    'The fast one.\n\nnic[0] after the boot: MSI-X 2: cpu[0] 32, cpu[1] 32; entries 16..17',
  );
  const its = 'interrupt-controller gic : gicv3 { its its0 }\n';
  expect(note(its + tree, 'nic')).toBe('The fast one.\n\nnic[0] after the boot: MSI-X 2: 8192..8193');
});

it('without an analysis they are completed as they are', () => {
  const { text, offset } = cursorIn(`${tree}scenario "s" {\n  remove |\n}\n`);
  expect(completionsAt(filesOf(text), MAIN, offset).choices.map(({ doc }) => doc)).toContain('The fast one.');
});
