// Puts the Copilot button into a host's top bar. How to use it: docs/embedding.md
(() => {
  const script = document.currentScript;
  const { container, supportPath = "/" } = script.dataset;
  const panel = new URL("/panel/copilot", script.src);
  const words = {
    en: ["Close", "No connection to Copilot.", "Try again"],
    pt: ["Fechar", "Sem conexão com o Copilot.", "Tentar de novo"],
    es: ["Cerrar", "Sin conexión con Copilot.", "Intentar de nuevo"],
  };
  const style = new CSSStyleSheet();
  style.replaceSync(
    "button{all:unset;box-sizing:border-box;cursor:pointer;min-height:32px;padding:0 12px;border-radius:6px;display:inline-flex;align-items:center;gap:6px;font-weight:600}" +
    "button:hover,p+button,[aria-expanded=true]{background:var(--sl-bg-muted-plain-hover,#0001)}" +
    "button:focus-visible{outline:2px solid var(--sl-bg-accent-strong,#0366dd)}" +
    "section{position:fixed;inset:0 0 0 auto;z-index:2147483000;width:min(440px,100vw);display:flex;flex-direction:column;background:#fff;color:#1f1f1f;box-shadow:0 0 24px #0003}" +
    "[hidden]{display:none}" +
    "b{min-width:18px;padding:0 5px;border-radius:9px;background:var(--sl-bg-accent-strong,#0366dd);color:#fff;font:600 12px/18px system-ui,sans-serif;text-align:center}" +
    "header{display:flex;justify-content:space-between;align-items:center;padding:8px 8px 8px 16px;border-bottom:1px solid #e0e0e0}" +
    "h2{margin:0;font:600 16px/1.5 system-ui,sans-serif}" +
    "iframe{flex:1;border:0}" +
    "div{padding:16px;font:14px/1.5 system-ui,sans-serif}",
  );

  const shadowed = (tag) => {
    const element = document.createElement(tag);
    element.attachShadow({ mode: "open" }).adoptedStyleSheets = [style];
    return element;
  };
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const launcher = shadowed("balcao-copilot");
  const badge = make("b", { hidden: true });
  const button = make("button", { ariaExpanded: false, onclick: () => toggle() }, "Copilot", badge);
  launcher.shadowRoot.append(button);

  // How many requests have an answer that was not read: the panel says so as soon as it is anywhere on the page.
  const unread = (count, label) => {
    badge.hidden = !(count > 0);
    badge.textContent = count > 99 ? "99+" : count;
    button.ariaDescription = (!badge.hidden && label) || "";
  };

  let drawer, section, frame, close, trouble, said, sentence, again, timer, given;

  // Nothing of the panel is loaded before somebody wants it.
  const build = () => {
    drawer = shadowed("balcao-copilot-drawer");
    close = make("button", { onclick: () => toggle(false) }, "\u2715");
    said = make("p", { role: "alert" });
    again = make("button", { onclick: () => load() });
    trouble = make("div", { hidden: true }, said, again);
    section = make("section", { ariaLabel: "Copilot" }, make("header", {}, make("h2", {}, "Copilot"), close), trouble);
    section.onkeydown = (event) => event.key === "Escape" && toggle(false);
    drawer.shadowRoot.append(section);
    document.body.append(drawer);
    name(given?.locale ?? document.documentElement.lang);
    load();
  };

  const name = (locale) => {
    [close.ariaLabel, sentence, again.textContent] = words[String(locale).slice(0, 2)] ?? words.en;
  };

  // What the browser shows without a network "loads" as well, and says nothing; the panel's page does before that. A new
  // frame for each try leaves no step in the history.
  const load = () => {
    clearTimeout(timer);
    frame?.remove();
    frame = make("iframe", { title: "Copilot", allow: "clipboard-write", src: panel.href, hidden: !trouble.hidden });
    frame.onload = () => {
      send(frame);
      timer = setTimeout(() => frame.started || failed(), 1e3);
    };
    section.append(frame);
  };

  const failed = () => {
    said.textContent = sentence;
    trouble.hidden = false;
    frame.hidden = true;
    timer = setTimeout(() => section.hidden || load(), 3e3);
  };

  // Somebody has spoken in the frame.
  const arrived = () => {
    frame.started = true;
    if (trouble.hidden) return;
    trouble.hidden = true;
    frame.hidden = false;
    if (again.matches(":focus")) frame.focus();
  };

  const toggle = (open = !section || section.hidden) => {
    if (open && !drawer) build();
    else if (open && !trouble.hidden) load();
    if (!section) return;
    section.hidden = !open;
    button.ariaExpanded = open;
    (open ? (frame.hidden ? again : frame) : button).focus();
  };

  const send = async (to) => {
    const url = script.dataset.contextUrl;
    const answer = url && (await fetch(url).catch(() => {}));
    if (answer?.ok) given = await answer.json();
    if (!given) return;
    if (drawer) name(given.locale);
    to?.contentWindow?.postMessage({ type: "admin-iframe-message", data: { ...given, supportPath } }, panel.origin);
  };

  // Who has something to read sees it before anything of the panel is loaded; the page that asks is a few hundred bytes.
  const glance = make("iframe", { hidden: true, src: new URL("/panel/glance.html", panel) });
  // Somebody is about to click: the drawer's files come into the browser's memory meanwhile. They do so by that page, whose
  // memory the drawer's frame shares, and the host's page does not.
  button.onpointerover = button.onfocus = () => {
    if (!drawer) glance.contentWindow?.postMessage({ type: "balcao-fetch" }, panel.origin);
  };
  glance.onload = () => send(glance);
  // A frame takes its time to make: when the host has none to lose.
  const look = () => (self.requestIdleCallback ?? setTimeout)(() => document.body.append(glance));
  document.readyState === "complete" ? look() : addEventListener("load", look);

  // A path of the host's own, as the browser reads it: "/\t/evil.example" and "/.//evil.example" name another site.
  const inside = (path) => {
    if (typeof path !== "string" || path[0] !== "/" || !URL.canParse(path, location)) return;
    const { origin, pathname, search, hash } = new URL(path, location);
    if (origin === location.origin && !pathname.startsWith("//")) return pathname + search + hash;
  };

  addEventListener("message", ({ source, origin, data }) => {
    if (origin !== panel.origin || data?.id !== "admin-ejected-app-message") return;
    // From any frame of the panel: most often its own page, and not the drawer.
    if (data.type === "unread") unread(Number(data.data?.count), data.data?.label);
    const from = [glance, frame].find((each) => source === each?.contentWindow);
    if (from && data.type === "contextRequest") send(from);
    if (!from || from !== frame) return;
    arrived();
    if (data.type === "close") toggle(false);
    const path = data.type === "navigation" && inside(data.data?.path);
    const event = new CustomEvent("balcao:navigate", { detail: { path }, bubbles: true, cancelable: true });
    if (path && launcher.dispatchEvent(event)) location.assign(path);
  });

  // The host re-renders its bar whenever it likes: the button comes back by itself.
  const place = () => {
    const bar = document.querySelector(container);
    if (launcher.parentNode !== bar) bar?.append(launcher);
    if (drawer && !drawer.isConnected) document.body.append(drawer);
  };
  new MutationObserver(place).observe(document.documentElement, { childList: true, subtree: true });
  place();

  window.balcaoCopilot = {
    open: () => toggle(true),
    close: () => toggle(false),
    unread,
    context: (data) => { given = data; send(glance); return send(frame); },
  };
})();
