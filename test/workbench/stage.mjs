/** One line per stage on the terminal, with what came of it and how long it took. */
export async function stage(name, work) {
  const started = Date.now();
  if (process.stdout.isTTY) process.stdout.write(`${name} …`);
  const line = (text) => {
    const seconds = `${((Date.now() - started) / 1000).toFixed(1)} s`;
    process.stdout.write(
      `${process.stdout.isTTY ? '\r\x1b[K' : ''}${name.padEnd(44)} ${seconds.padStart(7)}  ${text}\n`,
    );
  };
  try {
    const result = await work();
    line(typeof result === 'string' ? result : 'ok');
    return result;
  } catch (error) {
    line('FAILED');
    throw error;
  }
}
