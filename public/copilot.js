// Puts the Copilot button into a host's top bar. How to use it: docs/embedding.md
(() => {
  const script = document.currentScript;
  const { container, supportPath = "/" } = script.dataset;
  const panel = new URL("/panel/copilot", script.src);
  const words = { en: "Close", pt: "Fechar", es: "Cerrar" };
  const style = new CSSStyleSheet();
  style.replaceSync(`
button{all:unset;box-sizing:border-box;cursor:pointer;min-height:32px;padding:0 12px;border-radius:6px;display:inline-flex;align-items:center;gap:6px;font-weight:600}
button:hover,[aria-expanded=true]{background:var(--sl-bg-muted-plain-hover,#0001)}
button:focus-visible{outline:2px solid var(--sl-bg-accent-strong,#0366dd)}
section{position:fixed;inset:0 0 0 auto;z-index:2147483000;width:min(440px,100vw);display:flex;flex-direction:column;background:#fff;color:#1f1f1f;box-shadow:0 0 24px #0003}
[hidden]{display:none}
b{min-width:18px;padding:0 5px;border-radius:9px;background:var(--sl-bg-accent-strong,#0366dd);color:#fff;font:600 12px/18px system-ui,sans-serif;text-align:center}
header{display:flex;justify-content:space-between;align-items:center;padding:8px 8px 8px 16px;border-bottom:1px solid #e0e0e0}
h2{margin:0;font:600 16px/1.5 system-ui,sans-serif}
iframe{flex:1;border:0}`);

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
  const button = make("button", { type: "button", ariaExpanded: "false", onclick: () => toggle() }, "Copilot");
  const badge = make("b", { hidden: true });
  launcher.shadowRoot.append(button);
  button.append(badge);

  // How many requests have an answer that was not read: the panel says so as soon as it is anywhere on the page.
  const unread = (count, label) => {
    badge.hidden = !(count > 0);
    badge.textContent = count > 99 ? "99+" : String(count);
    button.ariaDescription = badge.hidden ? "" : (label ?? "");
  };

  let drawer, section, frame, close, given;

  // Nothing of the panel is loaded before somebody wants it.
  const build = () => {
    drawer = shadowed("balcao-copilot-drawer");
    close = make("button", { type: "button", onclick: () => toggle(false) }, "\u2715");
    frame = make("iframe", { title: "Copilot", allow: "clipboard-write", src: panel.href, onload: send });
    section = make("section", { ariaLabel: "Copilot" }, make("header", {}, make("h2", {}, "Copilot"), close), frame);
    section.onkeydown = (event) => event.key === "Escape" && toggle(false);
    drawer.shadowRoot.append(section);
    document.body.append(drawer);
  };

  const toggle = (open = !section || section.hidden) => {
    if (open && !drawer) build();
    if (!section) return;
    section.hidden = !open;
    button.ariaExpanded = String(open);
    (open ? frame : button).focus();
  };

  const context = async () => {
    const { contextUrl } = script.dataset;
    const answer = contextUrl && (await fetch(contextUrl));
    return answer?.ok ? answer.json() : given;
  };

  const send = async () => {
    const data = await context().catch(() => given);
    if (!data || !frame) return;
    close.ariaLabel = words[String(data.locale).slice(0, 2)] ?? words.en;
    const message = { type: "admin-iframe-message", data: { ...data, supportPath } };
    frame.contentWindow?.postMessage(message, panel.origin);
  };

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
    if (!frame || source !== frame.contentWindow) return;
    if (data.type === "contextRequest") send();
    if (data.type === "close") toggle(false);
    const path = data.type === "navigation" && inside(data.data?.path);
    if (!path) return;
    const event = new CustomEvent("balcao:navigate", { detail: { path }, bubbles: true, cancelable: true });
    if (launcher.dispatchEvent(event)) location.assign(path);
  });

  // The host re-renders its bar whenever it likes: the button comes back by itself.
  const place = () => {
    const bar = document.querySelector(container);
    if (bar && launcher.parentNode !== bar) bar.append(launcher);
    if (drawer && !drawer.isConnected) document.body.append(drawer);
  };
  new MutationObserver(place).observe(document.documentElement, { childList: true, subtree: true });
  place();

  window.balcaoCopilot = {
    open: () => toggle(true),
    close: () => toggle(false),
    unread,
    context: (data) => { given = data; return send(); },
  };
})();
