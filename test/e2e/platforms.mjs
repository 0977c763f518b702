// One tree on several platforms: another controller is a choice in a menu, all of them are a table.
import assert from 'node:assert/strict';
import { placeOf } from './shared-bridge.mjs';

const FILE = 'four-platforms.irqtopo';
const OTHER = 'four-platforms-on-x86-apic.irqtopo';

export async function platforms(workbench, { check, read, screenshot, until }) {
  const { line, column } = placeOf(read(FILE), /interrupt-controller (gic) : gicv3/);

  await check(`${FILE} opens`, async () => {
    await workbench.openFile(FILE);
    await workbench.goTo(line, column);
    await workbench.lightBulb();
  });
  await check('the tree is tried on x86-apic', async () => {
    await workbench.chooseQuickFix(/Try this tree on x86-apic/);
    await screenshot('try-on');
    await workbench.press('Enter');
    await workbench.tab(OTHER);
    await until(async () => /on x86-apic/.test(await workbench.textOf(workbench.beside)), 'the text is there');
  });
  await check('it is checked like any other text', () => workbench.nextProblem(/multi-msi-unsupported/));
  await screenshot('tried-on');
  await check('all controllers are compared', async () => {
    // Unsaved as it is: closing it in the ordinary way would ask.
    await workbench.command('View: Revert and Close Editor');
    await workbench.focusEditor();
    await workbench.command('irqtopo: Compare Interrupt Controllers');
    await until(
      async () => /function +\| gicv3 +\| gicv2m/.test(await workbench.textOf(workbench.beside)),
      'the table is there',
    );
    assert.match(await workbench.textOf(workbench.beside), /dsp +\| MSI 8, from 8389 +\| -ENOSPC/);
  });
  await screenshot('compared');
  await workbench.closeAllEditors();
}
