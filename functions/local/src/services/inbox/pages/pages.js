"use strict";
// Sends what is pressed to the stand-in's own routes, and swaps the parts of the page that changed.
const you = document.body.dataset.you;
let version = Number(document.body.dataset.version);
const warnings = new Map();

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ user: you, ...body }),
  });
  const text = await answer.text();
  try {
    const said = JSON.parse(text);
    return answer.ok ? said : { warning: `The stand-in refuses: ${said.error}`, errors: {} };
  } catch {
    return { warning: text || `The stand-in answered ${answer.status}.`, errors: {} };
  }
}

/** Replaces what changed. A modal that is the same one stays, with whatever is typed into it. */
async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = document.querySelector("main");
  const atEnd = main.scrollHeight - main.scrollTop - main.clientHeight < 40;
  for (const fresh of page.querySelectorAll("[data-swap]")) {
    const old = document.querySelector(`[data-swap="${fresh.dataset.swap}"]`);
    if (fresh.dataset.swap === "dialogs") swapModal(old, fresh);
    else if (old && old.innerHTML !== fresh.innerHTML) swap(old, fresh);
  }
  version = Number(page.body.dataset.version);
  showWarnings();
  if (atEnd) main.scrollTop = main.scrollHeight;
}

/** Keeps the focus where it was, if what had it is still there. */
function swap(old, fresh) {
  const active = document.activeElement;
  const inside = old.contains(active) ? [...old.querySelectorAll("a, button")].indexOf(active) : -1;
  old.innerHTML = fresh.innerHTML;
  if (inside >= 0) old.querySelectorAll("a, button")[inside]?.focus();
  else document.getElementById("status").textContent = "The inbox has changed.";
}

function swapModal(old, fresh) {
  const [before, after] = [old.querySelector("dialog"), fresh.querySelector("dialog")];
  const same = before && after && before.dataset.hash === after.dataset.hash;
  if (same || (!before && !after)) return;
  old.innerHTML = fresh.innerHTML;
  openModal();
}

function openModal() {
  const modal = document.getElementById("modal");
  if (!modal) return;
  modal.addEventListener("cancel", (event) => { event.preventDefault(); close(modal); });
  modal.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); submit(modal); });
  modal.showModal();
  // A modal is read from its top, however far down the first field is.
  (modal.querySelector("[autofocus], .input :is(input, textarea, select)") ?? modal).focus({ preventScroll: true });
  modal.querySelector(".modal-body").scrollTop = 0;
}

function names(element) {
  const { channel, ts, view, block, action } = element.dataset;
  return view ? { view_id: view, block_id: block, action_id: action } : { channel, ts, block_id: block, action_id: action };
}

async function act(element, value) {
  if (element.getAttribute("aria-busy") === "true") return;
  if (element.dataset.confirm && !(await confirmed(JSON.parse(element.dataset.confirm)))) return;
  element.setAttribute("aria-busy", "true");
  const said = await post("/act", value === undefined ? names(element) : { ...names(element), value });
  element.removeAttribute("aria-busy");
  if (element.dataset.ts) warnings.set(element.dataset.ts, said.warning ?? "");
  else document.getElementById("modal-warning").textContent = said.warning ?? "";
  await refresh();
}

function confirmed(confirm) {
  const dialog = document.getElementById("confirm");
  document.getElementById("confirm-title").textContent = confirm.title.text;
  document.getElementById("confirm-text").textContent = confirm.text.text;
  document.getElementById("confirm-yes").textContent = confirm.confirm.text;
  document.getElementById("confirm-deny").textContent = confirm.deny.text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((decide) => {
    dialog.addEventListener("close", () => decide(dialog.returnValue === "yes"), { once: true });
  });
}

function showWarnings() {
  for (const message of document.querySelectorAll("[data-message]")) {
    message.querySelector(":scope > .said > .warning").textContent = warnings.get(message.dataset.message) ?? "";
  }
}

function values(modal) {
  const filled = {};
  for (const input of modal.querySelectorAll("[data-input]")) {
    const boxes = [...input.querySelectorAll("input[type=checkbox], input[type=radio]")];
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    const field = input.querySelector("textarea, select, input[type=text]");
    filled[input.dataset.input] = field ? field.value || null : chosen;
  }
  return filled;
}

async function submit(modal) {
  const button = modal.querySelector("[type=submit]");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const said = await post("/submit", { view_id: modal.dataset.view, values: values(modal) });
  button.removeAttribute("aria-busy");
  document.getElementById("modal-warning").textContent = said.warning ?? "";
  for (const input of modal.querySelectorAll("[data-input]")) {
    const error = said.errors[input.dataset.input] ?? "";
    input.querySelector(".error").textContent = error;
    input.classList.toggle("invalid", error !== "");
    for (const field of input.querySelectorAll("input, textarea, select")) field.setAttribute("aria-invalid", error !== "");
  }
  modal.querySelector(".invalid :is(input, textarea, select)")?.focus();
  await refresh();
}

async function close(modal) {
  await post("/close", { view_id: modal.dataset.view });
  await refresh();
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("button[data-action], a[data-action]");
  if (pressed) act(pressed);
  if (event.target.closest("[data-close]")) close(document.getElementById("modal"));
});
document.addEventListener("change", (event) => {
  const used = event.target.closest("[data-action]");
  if (!used) return;
  const group = document.querySelectorAll(`input[name="${CSS.escape(used.name)}"]:checked`);
  act(used, used.matches("select") ? used.value || null : [...group].map((box) => box.value));
});

async function watch() {
  for (;;) {
    try {
      const answer = await fetch(`/wait?since=${version}`);
      if ((await answer.json()).version !== version) await refresh();
    } catch {
      await new Promise((again) => setTimeout(again, 3000));
    }
  }
}

const scroller = document.querySelector(".slack main");
if (scroller) scroller.scrollTop = scroller.scrollHeight;
openModal();
watch();
