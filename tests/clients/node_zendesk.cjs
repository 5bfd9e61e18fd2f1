// An agent's working day with node-zendesk, the JavaScript client of Zendesk's API, as it comes from npm. The client is
// told where the backend is by its own option `endpointUri`. What it is asked to do is what its documentation shows; what
// must come back is asserted. With `limited` as the argument the backend lets five requests a minute through.
'use strict';

const assert = require('node:assert/strict');
const { createClient } = require(process.env.NODE_ZENDESK);

const url = process.env.BACKEND_URL;
const requesterEmail = process.env.REQUESTER_EMAIL;
const options = { endpointUri: `${url}/api/v2` };
const agent = (more) => createClient({ ...options, username: process.env.AGENT_EMAIL, token: process.env.AGENT_TOKEN, ...more });
const requester = () => createClient({ ...options, username: requesterEmail, token: process.env.REQUESTER_TOKEN });

async function workingDay() {
  const desk = agent();
  const store = requester();
  const me = (await desk.users.me()).result;
  assert.equal(me.role, 'admin');
  assert.equal((await store.users.me()).result.role, 'end-user');
  assert.equal((await agent({ asUser: requesterEmail }).users.me()).result.email, requesterEmail, 'acting for somebody');

  // List: every page, by the links that come with each.
  const numbers = (await desk.tickets.list()).map((ticket) => ticket.id);
  assert.ok(numbers.length > 10 && new Set(numbers).size === numbers.length);
  const mine = (await desk.tickets.listAssigned(me.id)).map((ticket) => ticket.id);

  // Create for a requester, with a file.
  const file = require('node:path').join(require('node:fs').mkdtempSync(`${require('node:os').tmpdir()}/`), 'log.txt');
  require('node:fs').writeFileSync(file, 'what the log says');
  const upload = (await desk.attachments.upload(file, { filename: 'log.txt', binary: false }));
  const token = (upload.result ?? upload).token ?? (upload.result ?? upload).upload.token;
  const created = (await desk.tickets.create({
    ticket: {
      subject: 'Arara by phone',
      comment: { body: 'She called: the **arara** is stuck.', uploads: [token] },
      requester: { email: requesterEmail, name: 'Ana' },
    },
  })).result;
  const number = created.id;
  assert.equal(created.status, 'new');

  // Show, and show several.
  assert.equal((await desk.tickets.show(number)).result.subject, 'Arara by phone');
  const some = (await desk.tickets.showMany([number, numbers[0]])).result;
  assert.deepEqual(some.map((ticket) => ticket.id).sort(), [number, numbers[0]].sort());

  // Search.
  const found = await desk.search.queryAll('type:ticket status<solved arara');
  assert.deepEqual(found.map((ticket) => ticket.id), [number]);
  assert.deepEqual((await desk.users.search({ query: requesterEmail })).map((user) => user.email), [requesterEmail]);

  // Comment: a note among agents, then a reply. Only one of them is the requester's.
  await desk.tickets.update(number, { ticket: { comment: { body: 'Looks like the cage', public: false } } });
  const replied = await desk.tickets.update(number, { ticket: { status: 'pending', comment: { body: 'We look into it.' } } });
  assert.equal(replied.result.status, 'pending');
  assert.equal(replied.result.assignee_id, me.id);
  assert.equal((await desk.tickets.listAssigned(me.id)).length, mine.length + 1);
  const thread = await desk.tickets.getComments(number);
  assert.deepEqual(thread.map((comment) => comment.public), [true, false, true]);
  // Requests' comments come page by page.
  const seen = (await store.requests.listComments(number)).flatMap((page) => page.comments ?? page);
  assert.deepEqual(seen.map((comment) => comment.public), [true, true]);
  assert.equal((await desk.tickets.exportAudit(number)).length, 3);

  // Download: the client shows where, and the address is followed as it stands.
  const attachment = (await desk.attachments.show(thread[0].attachments[0].id)).result.attachment;
  const authorization = `Basic ${Buffer.from(`${process.env.AGENT_EMAIL}/token:${process.env.AGENT_TOKEN}`).toString('base64')}`;
  const content = await fetch(attachment.content_url, { headers: { authorization } });
  assert.equal(await content.text(), 'what the log says');

  // The requester answers, the agent solves, the requester rates.
  await store.requests.update(number, { request: { comment: { body: 'It is out again' } } });
  assert.equal((await desk.tickets.show(number)).result.status, 'open');
  assert.equal((await desk.tickets.update(number, { ticket: { status: 'solved' } })).result.status, 'solved');
  await store.satisfactionratings.create(number, { satisfaction_rating: { score: 'bad', comment: 'Slow' } });
  assert.equal((await desk.tickets.show(number)).result.satisfaction_rating.score, 'bad');

  // Tags come with the ticket.
  const tagged = await desk.tickets.update(number, { ticket: { tags: ['vip', 'arara'] } });
  assert.deepEqual(tagged.result.tags, ['arara', 'vip']);

  // Incremental export, by time and by cursor.
  const byTime = await desk.tickets.incremental(1);
  assert.deepEqual(byTime.map((ticket) => ticket.id).sort(), [...numbers, number].sort());
  const exported = (await desk.ticketexport.exportCursor(1)).result;
  const tickets = exported.tickets ?? exported;
  assert.deepEqual(tickets.map((ticket) => ticket.id).sort(), [...numbers, number].sort());

  // What is refused.
  await assert.rejects(desk.tickets.show(999999), /404|not found/i);
  await assert.rejects(desk.tickets.update(number, { ticket: { status: 'closed' } }), /422|Unprocessable/i);
  await assert.rejects(store.tickets.show(number), /403|Forbidden/i);
  const nobody = createClient({ ...options, username: requesterEmail, token: 'wrong' });
  await assert.rejects(nobody.tickets.list(), /401|Not Authorized/i);
}

async function limited() {
  const desk = agent();
  let last;
  for (let asked = 0; asked < 10; asked += 1) last = await desk.users.me();
  // This client gives the error of a limit as the result.
  assert.equal(last.response.status, 429);
  assert.ok(Number(last.response.headers.get('retry-after')) > 0);
}

(process.argv.includes('limited') ? limited() : workingDay()).then(
  () => console.log('passed'),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
