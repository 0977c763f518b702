// A spec with MSI and MSI-X: hover, completion, a mistake and its repair, the live allocation, a new server.
// One function's type comes from an included file: on a desktop the server reads it, in a browser the client does.
import assert from 'node:assert/strict';
import { placeOf } from './shared-bridge.mjs';

const FILE = 'msi-and-msix.irqtopo';
/** What is said of each function under the rules of Linux 6.1; the three ports took 8192 to 8194 before them. */
const SAID = {
  serial: [/MSI 4/, /LPIs 8195..8198/],
  ssd: [/MSI-X 5/, /LPIs 8199..8203/],
  nic: [/MSI-X 8/, /LPIs 8207..8214/],
};

export async function msiAndMsix(workbench, { check, until, read, screenshot }) {
  const text = read(FILE);
  const place = (pattern) => placeOf(text, pattern);
  const shown = () => workbench.textOf(workbench.beside);
  /** Waits until the table has these: a function and what it got. */
  const tableHas = (...rows) =>
    until(
      async () => {
        const table = await shown();
        return rows.every((row) => row.test(table));
      },
      `the table has ${rows.join(' and ')}`,
    );

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
    await tableHas(/serial.* 8195\.\.8198 .*MSI 4/, /ssd.* 8199\.\.8203 .*MSI-X 5/, /nic.* 8207\.\.8214 .*MSI-X 8/);
    await screenshot('allocation');
  });

  const messages = place(/msi = (4)/);
  const vectors = place(/vectors = (5)/);
  const becomes = async (digit, { line, column }) => {
    await workbench.goTo(line, column);
    await workbench.press('Delete');
    await workbench.type(digit);
  };
  await check('three MSI messages are a mistake, as it is typed', async () => {
    await becomes('3', messages);
    await workbench.squiggles.first().waitFor();
  });
  await check('four are none', async () => {
    await becomes('4', messages);
    await workbench.squiggles.first().waitFor({ state: 'detached' });
  });
  await check('the table follows what is typed', async () => {
    await becomes('7', vectors);
    await tableHas(/ssd.* 8199\.\.8205 .*MSI-X 7/);
  });
  await check('a restarted server goes on', async () => {
    await workbench.command('irqtopo: Restart Server');
    await becomes('3', messages);
    await workbench.squiggles.first().waitFor();
    await becomes('4', messages);
    await workbench.squiggles.first().waitFor({ state: 'detached' });
  });
  await check('and so does the table', async () => {
    await becomes('5', vectors);
    await tableHas(/ssd.* 8199\.\.8203 .*MSI-X 5/);
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
