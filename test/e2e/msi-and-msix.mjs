// A spec with MSI and MSI-X: hover, completion, a mistake and its repair, the live allocation, a new server.
import assert from 'node:assert/strict';
import { placeOf } from './shared-bridge.mjs';

const FILE = 'msi-and-msix.irqtopo';
/** What is said of each function: its mode, and its first LPI under the rules of Linux 6.1 (records of what was asked). */
const SAID = { serial: [/MSI\b/, /LPI/], ssd: [/MSI-X/, /LPI/], nic: [/MSI-X/, /LPI/] };

export async function msiAndMsix(workbench, { check, until, read, screenshot }) {
  const text = read(FILE);
  const place = (pattern) => placeOf(text, pattern);
  const shown = () => workbench.textOf(workbench.beside);
  const showsAll = async () => {
    const table = await shown();
    return Object.keys(SAID).every((name) => table.includes(name)) && /\b8[12]\d\d\b/.test(table);
  };

  await check(`${FILE} opens`, () => workbench.openFile(FILE));
  for (const [name, patterns] of Object.entries(SAID))
    await check(`hover on ${name} tells MSI from MSI-X`, async () => {
      const { line, column } = place(new RegExp(`endpoint (${name})`));
      await workbench.goTo(line, column);
      const said = await workbench.hover(patterns[0]);
      for (const pattern of patterns) assert.match(said, pattern);
      await workbench.closeHover();
    });
  await check('it has no problem', async () => assert.equal(await workbench.squiggles.count(), 0));

  await check('Show Allocation opens the table beside', async () => {
    await workbench.command('irqtopo: Show Allocation');
    await until(showsAll, 'the table shows every function and LPIs');
    await screenshot('allocation');
  });

  const four = place(/msi = (4)/);
  const becomes = async (digit) => {
    await workbench.goTo(four.line, four.column);
    await workbench.press('Delete');
    await workbench.type(digit);
  };
  await check('three MSI messages are a mistake, as it is typed', async () => {
    await becomes('3');
    await workbench.squiggles.first().waitFor();
  });
  let before;
  await check('eight are none', async () => {
    before = await shown();
    await becomes('8');
    await workbench.squiggles.first().waitFor({ state: 'detached' });
  });
  await check('the table follows what is typed', () =>
    until(async () => (await shown()) !== before, 'the table changed'),
  );

  await check('a restarted server goes on', async () => {
    await workbench.command('irqtopo: Restart Server');
    await becomes('3');
    await workbench.squiggles.first().waitFor();
    await becomes('4');
    await workbench.squiggles.first().waitFor({ state: 'detached' });
  });
  await check('completion proposes what may stand there', async () => {
    const { line, column } = place(/ecam = 256MiB()/);
    await workbench.goTo(line, column);
    await workbench.press('Enter');
    await workbench.type('endp');
    await workbench.completions('endpoint');
    await workbench.press('Escape');
  });
}
