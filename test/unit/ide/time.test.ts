/** What editors show of scenarios: words at each step, a line over each scenario, the moment of a cursor. */
import { describe, expect, it } from 'vitest';
import { allocationTextAt } from '../../../server/src/ide/allocation-now.ts';
import { leftAfter, testLensesIn } from '../../../server/src/ide/code-lenses.ts';
import { hoverAt } from '../../../server/src/ide/hover.ts';
import { scenarioMomentAt } from '../../../server/src/ide/hover-moment.ts';
import { stepDetailAt, stepHintsIn } from '../../../server/src/ide/inlay-hints.ts';
import { listTests } from '../../../server/src/ide/test-list.ts';
import { testsOf } from '../../../server/src/ide/tests.ts';
import { parse } from '../../../server/src/syntax/parser.ts';
import { analysisOf, cursorIn, machine } from './spec.ts';

const TREE = `  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 : virtio-net-pci at 01.0
      hotplug endpoint late at 02.0 { msix = 10; request msix { vectors = 2..10 } }
    }
  }
  root-port rp[2] at 02.0 { endpoint disk : virtio-blk-pci }
  root-port rp4 at 04.0 { endpoint cam { msi = 32; request msi { vectors = 17 } } }`;
const scenario = (...steps: readonly string[]) => `scenario "s" {\n${steps.map((step) => `  ${step}\n`).join('')}}`;
const X86 = 'machine m { os = linux-6.12; cpus = 4; possible-cpus = 4 }\ninterrupt-controller apic : x86-apic\n';

/** The steps with what stands behind them. */
function hinted(text: string, withFailures?: boolean): readonly string[] {
  const analysis = analysisOf(text);
  const hints = stepHintsIn(analysis, { from: 0, to: text.length }, withFailures);
  const shown = [...hints].sort((a, b) => b.offset - a.offset);
  let out = text;
  for (const { offset, label } of shown) out = `${out.slice(0, offset)} «${label}»${out.slice(offset)}`;
  return out
    .split('\n')
    .filter((line) => line.includes('«'))
    .map((line) => line.trim());
}
const steps = (...written: readonly string[]) => hinted(machine(TREE, scenario(...written)));

describe('words at a step', () => {
  it('tell what a function got, and which numbers', () => {
    expect(steps('boot', 'remove nic0', 'probe nic0', 'plug late')).toEqual([
      'boot «9 functions, 29 vectors»',
      'remove nic0 «3 vectors given back, table stays»',
      expect.stringMatching(/^probe nic0 «3 vectors, LPIs \d+–\d+/),
      'plug late «✗ ENOSPC: 1 event left»',
    ]);
  });
  it('tell what is left behind', () => {
    expect(steps('remove cam', 'probe cam')).toEqual([
      'remove cam «17 vectors given back, 15 leaked»',
      'probe cam «✗ ENOSPC: 17 events left»',
    ]);
  });
  it('tell of several functions how many', () => {
    expect(steps('remove disk', 'probe disk')).toEqual([
      'remove disk «4 vectors given back»',
      expect.stringMatching(/^probe disk «2 functions, 4 vectors/),
    ]);
  });
  it('tell of an expectation whether it is met, and what came', () => {
    expect(steps('expect nic0 { vectors = 3 }', 'expect nic0 { vectors = 4; mode = msi; device-id = 1 }')).toEqual([
      'expect nic0 { vectors = 3 } «✓»',
      'expect nic0 { vectors = 4; mode = msi; device-id = 1 } «✗ vectors is 3 and 2 more»',
    ]);
  });
  it('tell of a step that cannot be taken why', () => {
    expect(steps('remove nic0', 'remove nic0')[1]).toBe('remove nic0 «✗ nic0 has no driver to remove»');
  });
  it('do not call a failure wrong that is expected', () => {
    expect(steps('plug late', 'expect late { error = ENOSPC }')[0]).toBe('plug late «ENOSPC: 1 event left»');
  });
  it('stand behind the header of a step of several lines', () => {
    expect(steps('expect nic0 {\n    vectors = 3\n  }')).toEqual(['expect nic0 «✓» {']);
  });
  it('tell of CPUs on x86', () => {
    const x86 = `${X86}host-bridge h { root-port p { endpoint nic { msix = 2; request msix { vectors = 2 } } } }\n`;
    expect(hinted(x86 + scenario('remove nic', 'probe nic', 'offline cpu[3]', 'online cpu[3]'))).toEqual([
      expect.stringMatching(/^remove nic «2 vectors given back/),
      expect.stringMatching(/^probe nic «2 vectors, cpu\[\d\] \d+/),
      'offline cpu[3] «1 CPU fewer online»',
      'online cpu[3] «1 CPU more online»',
    ]);
  });
  it('are left out where a client shows the failure itself', () => {
    const text = machine(TREE, scenario('expect nic0 { vectors = 4 }', 'expect nic0 { vectors = 3 }'));
    expect(hinted(text, false)).toEqual(['expect nic0 { vectors = 3 } «✓»']);
  });
  it('have more to say to those who point at them', () => {
    const text = machine(TREE, scenario('remove disk'));
    const analysis = analysisOf(text);
    const [hint] = stepHintsIn(analysis, { from: 0, to: text.length });
    expect(hint && stepDetailAt(analysis, hint.step)).toMatch(
      /^This step:\n- disk\[0\]: gives back 2 events .*\n- disk\[1\]: /,
    );
  });
  it('are given for the lines asked for only', () => {
    const text = machine(TREE, scenario('remove nic0', 'probe nic0'));
    const at = text.indexOf('probe nic0');
    expect(stepHintsIn(analysisOf(text), { from: at, to: at + 1 })).toHaveLength(1);
    expect(stepHintsIn(analysisOf(text), { from: 0, to: 10 })).toEqual([]);
  });
});

describe('the lens over a scenario', () => {
  const lens = (...written: readonly string[]) => {
    const analysis = analysisOf(machine(TREE, scenario(...written)));
    const [first] = testLensesIn(analysis);
    return first && { ...first, left: leftAfter(analysis, first.test) };
  };
  it('counts steps, and those that failed', () => {
    expect(lens('remove nic0', 'probe nic0')?.result).toBe('✓ 3 steps');
    expect(lens('expect nic0 { vectors = 4; mode = msi }', 'remove late')?.result).toBe('✗ 2 of 3 steps failed');
  });
  it('says what is left at the end', () => {
    expect(lens('remove nic0')?.left).toMatch(/^left: \d+ LPIs, \d+ free slots, 4 events below br0$/);
    expect(lens('expect nic0 { vectors = 3 }')?.left).toMatch(/1 event below br0$/);
  });
});

describe('the tests of a spec', () => {
  const text = machine(
    `${TREE}\n  root-port rp5 at 05.0 { endpoint e : virtio-rng-pci { expect { vectors = 2 } } }`,
    `${scenario('remove nic0')}\nscenario t { remove late }\nscenario t { remove nic0 }`,
  );
  it('are the boot and the scenarios', () => {
    expect(testsOf(analysisOf(text)).map(({ id, failures }) => `${id}: ${failures.length}`)).toEqual([
      'boot: 0',
      'scenario s: 0',
      'scenario t: 1',
      'scenario t (2): 1',
    ]);
  });
  it('are listed without being run', () => {
    const names = listTests(parse(text)).map(({ id, span }) => `${id}: ${text.slice(span.from, span.to)}`);
    expect(names).toEqual([
      'boot: expect',
      'scenario s: scenario "s"',
      'scenario t: scenario t',
      'scenario t: scenario t',
    ]);
    expect(listTests(parse('device-type d : nvme {}\nscenario s {}'))).toEqual([]);
  });
  it('are none of a library', () => {
    expect(testsOf(analysisOf('device-type d : nvme {}\n'))).toEqual([]);
  });
});

describe('the moment of a cursor', () => {
  const wordsAt = (marked: string) => {
    const { text, offset } = cursorIn(marked);
    return scenarioMomentAt(analysisOf(text), offset)?.words;
  };
  it.each([
    ['scen|ario "s" {\n  plug late\n}', 'after step 1, `boot`, of “s”'],
    ['scenario "s" {\n|  plug late\n}', 'after step 2, `plug late`, of “s”'],
    ['scenario "s" {\n  plug late|\n  unplug late\n}', 'after step 2, `plug late`, of “s”'],
    ['scenario "s" {\n  plug late\n  // here|\n  unplug late\n}', 'after step 3, `unplug late`, of “s”'],
    ['scenario "s" {\n  plug late\n  unplug late\n|}', 'after step 3, `unplug late`, of “s”'],
    ['scenario "s" {\n  plug late\n}\n\n|\nscenario t {}', undefined],
  ])('%j', (at, words) => expect(wordsAt(machine(TREE, at))).toBe(words));

  it('is what hovers elsewhere tell of, and what the allocation begins with', () => {
    const { text, offset } = cursorIn(machine(TREE, 'scenario "s" {\n  remove nic0\n  |probe nic0\n}'));
    const analysis = analysisOf(text);
    const hover = (words: string, at: number) => {
      const markdown = hoverAt(analysis, text.indexOf('nic0 :'), scenarioMomentAt(analysis, at))?.markdown;
      expect(markdown).toContain(words);
      return markdown;
    };
    hover('MSI-X 3** after step 3, `probe nic0`, of “s”', offset);
    hover('no driver bound** after step 2, `remove nic0`, of “s”', text.indexOf('remove nic0'));
    hover('MSI-X 3** after the boot', 0);
    const shown = allocationTextAt(analysis, scenarioMomentAt(analysis, offset));
    expect(shown).toMatch(/^Now, after step 3, probe nic0, of “s”: 3 vectors, LPIs/);
    expect(shown).toContain('\nAfter the boot\n');
    expect(allocationTextAt(analysis, undefined)).toMatch(/^After the boot\n/);
  });
});

describe('the hover of a function', () => {
  it('has its numbers after each step that changed them', () => {
    const text = machine(TREE, scenario('plug late', 'unplug nic0', 'probe late'));
    const markdown = hoverAt(analysisOf(text), text.indexOf('late at'))?.markdown;
    expect(markdown).toMatch(
      /In “s”:\n- step 1, `boot`: absent\n- step 2, `plug late`: -ENOSPC: asked for MSI-X 2\.\.10\n- step 4, `probe late`: MSI-X 4 .*: \d+\.\.\d+/,
    );
    expect(hoverAt(analysisOf(text), text.indexOf('disk :'))?.markdown).not.toContain('In “s”');
  });
});
