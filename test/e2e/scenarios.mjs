// Time: what each step did at its line, the Test Explorer, the moment that the cursor sets.
import assert from 'node:assert/strict';
import { placeOf } from './shared-bridge.mjs';

const FILE = 'scenarios.irqtopo';

export async function scenarios(workbench, { check, read, until, screenshot }) {
  const text = read(FILE);
  const goTo = async (pattern) => {
    const { line, column } = placeOf(text, pattern);
    await workbench.goTo(line, column);
  };

  await workbench.hidePanel();
  await check(`${FILE} opens`, () => workbench.openFile(FILE));
  await check('each step says what it did', async () => {
    await goTo(/scenario "(a) card/);
    for (const hint of ['ENOSPC: 1 event left', '✓', '3 vectors given back, table stays', '4 of 10 vectors, LPIs'])
      await workbench.inlayHint(hint);
  });
  await check('a line over each scenario says how it went, and what is left', async () => {
    await workbench.codeLens(/✗ 1 of 6 steps failed/);
    await workbench.codeLens(/left: \d+ LPIs, \d+ free slots, no events below br0/);
    await workbench.codeLens(/✓ 2 steps/);
  });
  await check('the Test Explorer lists the scenarios with their results', async () => {
    await workbench.openTests(FILE);
    await workbench.test('a card comes', 'failed');
    await workbench.test('it stays away', 'passed');
    await workbench.test('at boot', 'passed');
  });
  await check('and those of files that are not open', () => workbench.test('reinsert-driver.irqtopo'));
  await screenshot('scenarios');

  await check('the results follow what is typed', async () => {
    await goTo(/vectors = (3) }\n}/);
    await workbench.press('Delete');
    await workbench.type('4');
    await workbench.test('a card comes', 'passed');
    await workbench.codeLens(/✓ 6 steps/);
    await workbench.press('Backspace');
    await workbench.type('3');
    await workbench.test('a card comes', 'failed');
  });
  await check('a click on Run runs it, and shows how it went', async () => {
    await (await workbench.codeLens(/▶ Run/)).click();
    await workbench.testResult(/a card comes.*late: expected vectors = 3, got 4/);
  });
  await screenshot('test-run');
  await workbench.hidePanel();

  await check('the cursor in a scenario sets the moment', async () => {
    await goTo(/(unplug) nic0/);
    await workbench.status('Step 4: unplug nic0');
  });
  await check('of hovers elsewhere', async () => {
    await goTo(/endpoint (nic0)/);
    const said = await workbench.hover(/after step 4/);
    assert.match(said, /Absent after step 4, unplug nic0, of “a card comes”/);
    assert.match(said, /In “a card comes”:/);
    await screenshot('now-hover');
    await workbench.closeHover();
  });
  await check('and of the allocation', async () => {
    await workbench.command('irqtopo: Show Allocation');
    const shows = (heading) =>
      until(
        async () => (await workbench.textOf(workbench.beside)).startsWith(heading),
        `the table begins with ${heading}`,
      );
    await shows('Now, after step 4, unplug nic0, of “a card comes”');
    await screenshot('now-allocation');
    await goTo(/(probe) late/);
    await shows('Now, after step 5, probe late, of “a card comes”');
    await workbench.command('irqtopo: Show Numbers After the Boot');
    await shows('After the boot');
  });

  await check('an action writes an expectation of what a step did', async () => {
    await goTo(/(unplug) nic0/);
    await workbench.chooseQuickFix(/Expect what this step did: present = false/);
    await screenshot('expect-step');
    await workbench.press('Enter');
    await workbench.save();
    await until(() => read(FILE).includes('  unplug nic0\n  expect nic0 { present = false }\n'), 'it is on disk');
  });
  await check('all run, those of files that nobody has opened, too', async () => {
    await workbench.command('Test: Run All Tests');
    await workbench.test('reinsert-driver.irqtopo', 'failed');
    await workbench.test('clean-virt.irqtopo', 'passed');
    await screenshot('all-run');
  });
  await workbench.hidePanel();
  await workbench.closeAllEditors();
  await workbench.showFiles();
}
