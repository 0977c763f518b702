// Time: what each step did at its line, the Test Explorer, the moment that the cursor sets.
import assert from 'node:assert/strict';
import { placeOf } from './shared-bridge.mjs';

const FILE = 'scenarios.irqtopo';

export async function scenarios(workbench, { check, read, until, screenshot }) {
  const text = read(FILE);
  const place = (pattern) => placeOf(text, pattern);
  const goTo = async (pattern) => {
    const { line, column } = place(pattern);
    await workbench.goTo(line, column);
  };

  await check(`${FILE} opens`, () => workbench.openFile(FILE));
  await check('each step says what it did', async () => {
    await goTo(/scenario "(a) card/);
    for (const hint of ['✓', 'ENOSPC: 1 event left', '3 vectors given back, table stays', '4 of 10 vectors, LPIs', '✗ vectors is 4'])
      await workbench.inlayHint(hint);
  });
  await check('a lens over each scenario says how it went, and what is left', async () => {
    await workbench.codeLens(/✗ 1 of 6 steps failed/);
    await workbench.codeLens(/left: .*LPIs.*0 events below br0|left: .*no events below br0/);
    await workbench.codeLens(/✓ 2 steps/);
  });
  await screenshot('scenarios');

  await check('the Test Explorer lists the scenarios with their results', async () => {
    await workbench.openTests();
    await workbench.test('a card comes', 'failed');
    await workbench.test('it stays away', 'passed');
    await workbench.test('at boot', 'passed');
  });
  await screenshot('tests');
}
