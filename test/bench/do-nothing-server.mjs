// The floor: a language server that applies each edit to its text and publishes an empty list at once. What it takes is the
// pipe, the protocol and the text; the rest of what another server takes is its own.
let text = '';
let chunks = [];

const send = (message) => {
  const body = Buffer.from(JSON.stringify(message));
  process.stdout.write(`Content-Length: ${body.length}\r\n\r\n`);
  process.stdout.write(body);
};

const publish = ({ uri, version }) =>
  send({ jsonrpc: '2.0', method: 'textDocument/publishDiagnostics', params: { uri, version, diagnostics: [] } });

const offsetOf = ({ line, character }) => {
  let at = 0;
  for (let i = 0; i < line; i++) at = text.indexOf('\n', at) + 1;
  return at + character;
};

function handle({ id, method, params }) {
  if (method === 'initialize') send({ jsonrpc: '2.0', id, result: { capabilities: { textDocumentSync: 2 } } });
  else if (method === 'exit') process.exit(0);
  else if (method === 'textDocument/didOpen') {
    text = params.textDocument.text;
    publish(params.textDocument);
  } else if (method === 'textDocument/didChange') {
    for (const { range, text: inserted } of params.contentChanges)
      text = text.slice(0, offsetOf(range.start)) + inserted + text.slice(offsetOf(range.end));
    publish(params.textDocument);
  } else if (id !== undefined) send({ jsonrpc: '2.0', id, result: null });
}

process.stdin.on('data', (chunk) => {
  chunks.push(chunk);
  for (;;) {
    const buffer = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    chunks = [buffer];
    const head = buffer.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.toString('latin1', 0, head))[1]);
    if (buffer.length < head + 4 + length) return;
    chunks = [buffer.subarray(head + 4 + length)];
    handle(JSON.parse(buffer.toString('utf8', head + 4, head + 4 + length)));
  }
});
