// How many requests have an unread answer, for the button in a host's bar: asked once, again as the tab is looked at, and
// heard from a page of the panel that is open in another tab. Only known hosts may frame this page: the backend says so.
const EVERY = 30_000;
const words = {
  en: ["request has a new reply", "requests have new replies"],
  pt: ["solicitação tem uma nova resposta", "solicitações têm novas respostas"],
  es: ["solicitud tiene una respuesta nueva", "solicitudes tienen respuestas nuevas"],
};
let host, locale, channel, last;

const say = (type, data) => parent.postMessage({ id: "admin-ejected-app-message", type, data }, host);

const tell = (count) => {
  const [one, other] = words[String(locale).slice(0, 2)] ?? words.en;
  say("unread", { count, label: count + " " + (count === 1 ? one : other) });
};

const read = async ({ account, token }) => {
  last = Date.now();
  const headers = { "content-type": "application/json" };
  const answer = await fetch("/api/panel/glance", { method: "POST", headers, body: JSON.stringify({ account, token }) });
  if (!answer.ok) return;
  const { glance } = await answer.json();
  tell(glance.unread);
  channel?.close();
  if (!glance.channel) return;
  channel = new BroadcastChannel(glance.channel);
  channel.onmessage = ({ data }) => Number.isInteger(data?.unread) && tell(data.unread);
};

// All that the drawer's page names, in its header and in itself; not for a reader who saves data.
let fetched;
const fetchDrawer = async () => {
  if (fetched || navigator.connection?.saveData) return;
  fetched = true;
  const page = await fetch("/panel/copilot");
  const named = [...(page.headers.get("link") ?? "").matchAll(/<([^>]+)>/g)];
  named.push(...(await page.text()).matchAll(/(?:href|src)="?(\/panel\/[^"\s>]+)/g));
  for (const file of new Set(named.map(([, file]) => file))) {
    fetch(file, { priority: "low" }).then((answer) => answer.arrayBuffer()).catch(() => {});
  }
};

addEventListener("message", ({ source, origin, data }) => {
  if (source === parent && data?.type === "balcao-fetch") fetchDrawer().catch(() => {});
  if (source !== parent || data?.type !== "admin-iframe-message") return;
  host = origin;
  locale = data.data?.locale;
  // The number stays as it is where it cannot be had: the next look asks again.
  read(data.data ?? {}).catch(() => {});
});

// A token lives for minutes: the host is asked for a fresh one.
document.addEventListener("visibilitychange", () => {
  if (host && document.visibilityState === "visible" && Date.now() - last >= EVERY) say("contextRequest");
});
