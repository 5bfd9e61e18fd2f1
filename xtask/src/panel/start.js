// What the panel's page runs first. `cargo xtask` fills in the files' names (page.rs), and users get it without comments.

// The button in a host's bar hears first of all that there is a page: what a browser shows without a network is none, and says
// nothing.
if (parent !== self) parent.postMessage({ id: "admin-ejected-app-message", type: "started" }, "*");

const named = (name) => document.querySelector(`meta[name=${name}]`)?.content ?? "";

// The session is asked for while the WebAssembly is still on its way. src/api/early.rs takes the answer where it would have
// asked for the same, and asks by itself where there is none: the names stand in the contract's order.
const signIn = ({ token, account }) => {
  const isList = /^\/panel(\/requests)?\/*$/.test(location.pathname);
  const body = JSON.stringify({ token, account, first_requests: isList ? 20 : undefined });
  const headers = { accept: "application/json", "content-type": "application/json" };
  const answer = fetch("/api/panel/session", { method: "POST", headers, body, signal: AbortSignal.timeout?.(20000) });
  self.balcaoSession = { body, answer: answer.then((it) => (it.ok ? it.text() : null)).catch(() => null) };
};

// What the host says before the panel listens is kept for it (src/host), so that nobody asks twice.
const origins = named("balcao-host-origins").split(/\s+/);
self.balcaoHeard = [];
addEventListener("message", (event) => {
  if (!(self.balcaoHeard?.length < 20)) return;
  self.balcaoHeard.push(event);
  const { type, data } = event.data ?? {};
  const isHost = origins.includes(event.origin) && [parent, top].includes(event.source);
  if (isHost && !self.balcaoSession && type === "admin-iframe-message" && data?.account && data.token) signIn(data);
});

// Outside of any host a cookie says who is asking; the store that was chosen last is src/session/last_store.rs's.
if (parent === self && named("balcao-support-site")) {
  let account;
  try {
    account = sessionStorage.getItem("balcao.store") ?? localStorage.getItem("balcao.store") ?? undefined;
  } catch {
    // Blocked storage: the backend chooses.
  }
  signIn({ account });
}

// When the panel breaks down, its code can no longer be trusted to draw: the page for this stands ready all the time, and is
// only shown here.
const watch = (name, key) =>
  addEventListener(name, (event) => {
    if (event[key] instanceof WebAssembly.RuntimeError) document.body.classList.add("has-crashed");
  });
watch("error", "error");
watch("unhandledrejection", "reason");

// The WebAssembly is handed over as an address: the browser compiles it while it still arrives.
import("__MODULE__")
  .then(({ default: init }) => init({ module_or_path: "__WASM__" }))
  .catch((error) => {
    document.getElementById("skeleton")?.remove();
    document.getElementById("start-trouble")?.removeAttribute("hidden");
    throw error;
  });
