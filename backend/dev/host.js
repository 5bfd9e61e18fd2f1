// A stand-in for the store's admin, in development mode only. It speaks the protocol of externally hosted pages.
const BASE = "/admin/support";

const WORDS = {
  en: {
    search: "Search requests", admin: "Admin", page: "Page", menu: "Menu", account: "Account", help: "Help", language: "Language", person: "Signed in as",
    mailbox: "Development mailbox", settings: "Account settings", support: "Support", apps: "Apps",
    survey: "Satisfaction Survey", welcome: "A sample of a store’s admin",
    about: "This page stands in for the admin that embeds Balcão. It exists in development mode only.",
    "try-copilot": "Click Copilot above, ask a question, and go on to a person.",
    "try-support": "See the requests of this store",
    "try-site": "Sign in on the support site, without an admin",
    "try-mailbox": "Read the mail that was sent: codes and confirmations",
  },
  pt: {
    search: "Buscar solicitações", admin: "Admin", page: "Página", menu: "Menu", account: "Conta", help: "Ajuda", language: "Idioma", person: "Sessão de",
    mailbox: "Caixa de correio de desenvolvimento", settings: "Configurações da conta", support: "Suporte", apps: "Apps",
    survey: "Pesquisa de satisfação", welcome: "Uma amostra do admin de uma loja",
    about: "Esta página faz o papel do admin que incorpora o Balcão. Só existe em modo de desenvolvimento.",
    "try-copilot": "Clique em Copilot acima, faça uma pergunta e siga até falar com uma pessoa.",
    "try-support": "Ver as solicitações desta loja",
    "try-site": "Entrar no site de suporte, sem um admin",
    "try-mailbox": "Ler os emails enviados: códigos e confirmações",
  },
  es: {
    search: "Buscar solicitudes", admin: "Admin", page: "Página", menu: "Menú", account: "Cuenta", help: "Ayuda", language: "Idioma", person: "Sesión de",
    mailbox: "Buzón de desarrollo", settings: "Configuración de la cuenta", support: "Soporte", apps: "Apps",
    survey: "Encuesta de satisfacción", welcome: "Una muestra del admin de una tienda",
    about: "Esta página hace las veces del admin que incorpora Balcão. Solo existe en modo de desarrollo.",
    "try-copilot": "Haz clic en Copilot arriba, haz una pregunta y sigue hasta hablar con una persona.",
    "try-support": "Ver las solicitudes de esta tienda",
    "try-site": "Iniciar sesión en el sitio de soporte, sin un admin",
    "try-mailbox": "Leer los emails enviados: códigos y confirmaciones",
  },
};

const find = (selector) => document.querySelector(selector);
const user = find("#user");
const locale = find("#locale");
const copilot = find("#copilot-script");
const address = new URLSearchParams(location.search);

const remembered = (key, fallback) => {
  try { return localStorage.getItem(key) ?? fallback; } catch { return fallback; }
};
const remember = (key, value) => {
  try { localStorage.setItem(key, value); } catch { /* private mode: the choice lasts until the next load */ }
};
const choose = (select, key, fallback) => {
  select.value = address.get(key) ?? remembered(`host-${key}`, fallback);
  if (!select.value) select.value = fallback;
  remember(`host-${key}`, select.value);
};
choose(user, "user", "ana");
choose(locale, "locale", "en-US");

const contextUrl = () => `/admin/context?${new URLSearchParams({ user: user.value, locale: locale.value })}`;

const speak = () => {
  const language = locale.value.slice(0, 2);
  document.documentElement.lang = locale.value;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = WORDS[language][element.dataset.word];
  }
  for (const element of document.querySelectorAll("[data-word-label]")) {
    element.ariaLabel = WORDS[language][element.dataset.wordLabel];
  }
  find(".search input").placeholder = WORDS[language].search;
  find("iframe").title = WORDS[language].support;
  find(".person-name").textContent = user.selectedOptions[0].textContent;
  find(".avatar").textContent = user.selectedOptions[0].textContent[0];
  copilot.dataset.contextUrl = contextUrl();
};
speak();

// Which page of the panel stands behind which address of the admin.
const framed = () => {
  const { pathname, search } = location;
  if (pathname === "/admin/survey") return "/panel/survey";
  if (pathname === BASE || pathname.startsWith(`${BASE}/`)) return `/panel${pathname.slice(BASE.length) || "/"}${search}`;
  return null;
};

async function ask() {
  const answer = await fetch(contextUrl());
  return answer.ok ? answer.json() : null;
}

const source = framed();
const frame = source && find("iframe");
if (frame) {
  // Asked for while the frame loads: nothing waits for it then.
  let first = ask().catch(() => null);
  frame.addEventListener("load", () => {
    send(first);
    first = undefined;
  });
  frame.src = source;
  frame.hidden = false;
} else {
  find(".welcome").hidden = false;
}
// Of the menu's links the one that fits best: the survey lies under Support's address.
const markMenu = () => {
  const fits = ({ pathname }) => location.pathname === pathname || location.pathname.startsWith(`${pathname}/`);
  const links = [...document.querySelectorAll(".menu a")];
  const best = links.filter(fits).sort((one, other) => other.pathname.length - one.pathname.length)[0];
  for (const link of links) link.ariaCurrent = link === best ? "page" : null;
};
markMenu();

async function send(coming = ask()) {
  if (!frame) return;
  const data = await coming;
  if (!data) return;
  frame.contentWindow.postMessage({ type: "admin-iframe-message", data }, location.origin);
}

addEventListener("message", (event) => {
  if (!frame || event.source !== frame.contentWindow || event.origin !== location.origin) return;
  const { id, type, data } = event.data ?? {};
  if (id !== "admin-ejected-app-message") return;
  if (type === "contextRequest") send();
  const path = data?.path;
  if (typeof path !== "string" || !path.startsWith("/admin")) return;
  if (type === "navigation") location.assign(path);
  // The panel's own pages live in the frame's history; the bar only shows where it is.
  if (type === "adminRelativeNavigation") {
    history.replaceState(null, "", path);
    markMenu();
  }
});

locale.addEventListener("change", () => {
  remember("host-locale", locale.value);
  speak();
  send();
  window.balcaoCopilot?.context();
});
user.addEventListener("change", () => {
  remember("host-user", user.value);
  location.assign("/admin/support");
});

const menuButton = find(".menu-button");
menuButton.addEventListener("click", () => {
  const open = document.body.classList.toggle("menu-open");
  menuButton.ariaExpanded = String(open);
});

// `cargo xtask dev` rebuilds; the page follows. It hears of the build again whenever the backend comes back, and only a
// new one is a reason to reload.
let shownBuild;
new EventSource("/dev/reload").addEventListener("build", ({ data }) => {
  shownBuild ??= data;
  if (data !== shownBuild) location.reload();
});
