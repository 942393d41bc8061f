// Keeps a run's page up to date. Asks the API for the run and its steps; when an answer differs from the one before, fetches the page
// and replaces its [data-live] parts, so that there is one description of how a run looks. Without this script the page has a link.

const FIRST = 1000;
const SLOWEST = 15000;
/** How often it still asks once the run has ended: its last steps end a moment later. */
const LAST_LOOKS = 20;
const ENDS = ["SUCCEEDED", "FAILED", "TIMED_OUT", "REJECTED", "EXPIRED", "CANCELLED"];

const root = document.getElementById("run");

async function json(address) {
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/** The run as it is now: whether it has ended, whether its steps have, and a text that differs when anything does. */
async function look() {
  const address = `/api/runs/${root.dataset.run}`;
  // A run is worth following even while nobody can say what its steps do.
  const [run, steps] = await Promise.all([json(address), json(`${address}/steps`).catch(() => null)]);
  const complete = steps !== null && steps.complete;
  return { ended: ENDS.includes(run.status), complete, text: JSON.stringify([run, steps]) };
}

async function redraw() {
  const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
  if (!answer.ok) throw new Error(`page: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of root.querySelectorAll("[data-live]")) {
    const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
    // A part that has the focus stays: replacing it would take the reader's place away.
    if (fresh && fresh.innerHTML !== part.dataset.html && !part.contains(document.activeElement)) {
      part.dataset.html = fresh.innerHTML;
      part.replaceChildren(...fresh.childNodes);
    }
  }
  withoutScript();
  document.dispatchEvent(new CustomEvent("drawbridge:redrawn", { detail: root }));
}

function withoutScript() {
  for (const hint of root.querySelectorAll("[data-without-script]")) hint.hidden = true;
}

function pause(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Resolves when the page can be seen: a hidden page asks nothing. */
function visible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
}

async function watch() {
  let shown = null;
  let left = LAST_LOOKS;
  for (let wait = FIRST; ; ) {
    try {
      const now = await look();
      if (now.text !== shown) {
        await redraw();
        shown = now.text;
        wait = FIRST;
      } else {
        wait = Math.min(wait * 1.5, SLOWEST);
      }
      if (now.ended && (now.complete || (left -= 1) === 0)) return;
    } catch {
      wait = Math.min(wait * 2, SLOWEST);
    }
    await pause(wait);
    await visible();
  }
}

if (root) {
  withoutScript();
  watch();
}
