// Filters the list of workflows while somebody types. A catalog that fits one page is filtered where it
// is; of a longer one the index is loaded with the first key, and the best matches are listed.
// The address follows the filter, so that a search can be shared: /?q=…&team=…&tag=…

const SHOWN = 60;
const form = document.getElementById("search");
const list = document.getElementById("catalog");
const count = document.getElementById("count");
const nothing = document.getElementById("nothing");
const pages = document.getElementById("pages");
const before = { count: count.textContent, items: list ? [...list.children] : [] };
let index = null;

/** Words without case and accents, so that "Résumé" is found by "resume". */
function plain(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}

function wanted() {
  const data = new FormData(form);
  return {
    words: plain(data.get("q")).split(/\s+/).filter(Boolean),
    team: data.get("team"),
    tag: data.get("tag"),
  };
}

function asked({ words, team, tag }) {
  return words.length > 0 || team !== "" || tag !== "";
}

/** 0 is no match; a word in the title counts most. */
function score(entry, { words, team, tag }) {
  if (team && entry.team !== team) return 0;
  if (tag && !entry.tags.includes(tag)) return 0;
  let sum = 1;
  for (const word of words) {
    if (entry.title.startsWith(word)) sum += 5;
    else if (entry.title.includes(" " + word)) sum += 4;
    else if (entry.title.includes(word)) sum += 3;
    else if (entry.text.includes(word)) sum += 1;
    else return 0;
  }
  return sum;
}

function fromPage() {
  return before.items.map((item) => ({
    team: item.dataset.team,
    tags: item.dataset.tags.split(" "),
    title: plain(item.querySelector("h2").textContent),
    text: plain(item.textContent),
    item: () => item,
  }));
}

async function fromIndex(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const { teams, workflows } = await answer.json();
  return workflows.map((workflow) => ({
    team: workflow.owner,
    tags: workflow.tags,
    title: plain(workflow.title),
    text: plain([workflow.summary, teams[workflow.owner], ...workflow.tags].join(" ")),
    item: () => drawn(workflow, teams),
  }));
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function link(className, href, text) {
  const made = element("a", className, text);
  made.href = href;
  return made;
}

/** The same item as templates/pages/home.html writes. */
function drawn(workflow, teams) {
  const tags = workflow.tags.map((tag) => element("li", "", link("tag", "/?tag=" + encodeURIComponent(tag), tag)));
  return element("li", "entry",
    element("h2", "", link("", `/workflows/${workflow.slug}/`, workflow.title)),
    element("p", "", workflow.summary),
    element("div", "entry-foot",
      link("entry-team", `/teams/${workflow.owner}/`, teams[workflow.owner] ?? workflow.owner),
      element("ul", "tags", ...tags)));
}

function show(items, text) {
  list.replaceChildren(...items);
  nothing.hidden = items.length > 0;
  if (pages) pages.hidden = text !== before.count;
  count.textContent = text;
}

function remember() {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  history.replaceState(null, "", query.size > 0 ? "?" + query : location.pathname);
}

async function filter() {
  const wish = wanted();
  remember();
  if (!asked(wish)) return show(before.items, before.count);
  index ??= form.dataset.index ? fromIndex(form.dataset.index) : Promise.resolve(fromPage());
  const entries = await index;
  // A later key may have been pressed while the index was loading.
  const now = wanted();
  if (!asked(now)) return show(before.items, before.count);
  const found = entries.map((entry) => ({ entry, score: score(entry, now) })).filter(({ score }) => score > 0);
  found.sort((a, b) => b.score - a.score);
  const more = found.length > SHOWN && form.dataset.index ? `, the first ${SHOWN} shown` : "";
  const shown = more ? found.slice(0, SHOWN) : found;
  show(shown.map(({ entry }) => entry.item()), `${found.length} of ${total()}${more}`);
}

function total() {
  return before.count.replace(/,.*$/, "");
}

function failed() {
  index = null;
  count.textContent = "The search is not available; the list below is complete.";
}

if (list) {
  const given = new URLSearchParams(location.search);
  for (const name of ["q", "team", "tag"]) form.elements[name].value = given.get(name) ?? "";
  form.hidden = false;
  const run = () => filter().catch(failed);
  form.addEventListener("input", run);
  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  form.addEventListener("reset", () => setTimeout(run));
  run();
}
