// How many more fit: asked at a candidate, answered beside the spec, and followed as one types.
import assert from 'node:assert/strict';
import { placeOf } from './shared-bridge.mjs';

const FILE = 'clean-virt.irqtopo';

export async function capacity(workbench, { check, read, screenshot, until }) {
  const { line, column } = placeOf(read(FILE), /hotplug endpoint (volume)/);
  const beside = () => workbench.textOf(workbench.beside);

  await check(`${FILE} opens`, async () => {
    await workbench.openFile(FILE);
    await workbench.goTo(line, column);
    await workbench.lightBulb();
  });
  await check('how many more fit is told beside the spec', async () => {
    await workbench.chooseQuickFix(/How many more fit\?/);
    await workbench.press('Enter');
    await until(async () => /How many more fit after the boot/.test(await beside()), 'the text is there');
    assert.match(await beside(), /fit +4, as many as are declared/);
    assert.match(await beside(), /relief +Add 1 root port/);
  });
  await screenshot('capacity');
  await workbench.closeAllEditors();
}
