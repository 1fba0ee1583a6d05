// Enhances pages that work without it. The design system's script has a hashed address, which the page names.
const frontend = import(document.querySelector('link[rel="modulepreload"]').href);

// A component that already runs refuses to start twice: that is expected after a swap.
function quietly(error) {
  if (error.name !== "InitError") console.error(error);
}

async function start(scope) {
  const { initAll } = await frontend;
  initAll({ scope, onError: quietly });
}

start(document.body);

// Content that htmx brought: its components start, and the focus goes where the server said (data-focus). That is
// done last, since a message or an error summary takes the focus when it starts.
document.addEventListener("htmx:load", (event) => {
  const arrived = event.detail.elt;
  if (arrived === document.body) return;
  start(arrived.parentElement ?? arrived);
  const target = arrived.matches("[data-focus]") ? arrived : arrived.querySelector("[data-focus]");
  if (target) frontend.then(() => requestAnimationFrame(() => moveFocus(target)));
});

function moveFocus(target) {
  const focusable = target.matches("a[href], button, input, select, textarea, summary, [tabindex]");
  if (!focusable) {
    target.setAttribute("tabindex", "-1");
    target.addEventListener("blur", () => target.removeAttribute("tabindex"), { once: true });
  }
  target.focus();
}

// "/" goes to the search box, as in many staff tools, but never while somebody types.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.getElementById("search-field");
  if (!search) return;
  event.preventDefault();
  search.focus();
});

// Where they stand above the list the filters start closed, so that the list is seen first.
if (window.matchMedia("(max-width: 74.99rem)").matches) {
  for (const filters of document.querySelectorAll("details.anchor-filters")) filters.open = false;
}

// Paper cannot be clicked: what opens on request is open on it.
let closed = [];
window.addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("main details:not([open], .anchor-filters)")];
  for (const each of closed) each.open = true;
});
window.addEventListener("afterprint", () => {
  for (const each of closed) each.open = false;
});
