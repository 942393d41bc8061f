// Lists the latest runs of a workflow on its page, for readers who are signed in. Others keep the link.

import { showTimes } from "./times.js";

const LATEST = 5;
const WORDS = {
  STARTING: ["info", "Starting"], WAITING: ["wait", "Waiting"], APPROVED: ["good", "Approved"],
  EXECUTING: ["info", "Running"], CANCELLING: ["wait", "Cancelling"], SUCCEEDED: ["good", "Succeeded"],
  FAILED: ["bad", "Failed"], TIMED_OUT: ["bad", "Timed out"], REJECTED: ["bad", "Rejected"],
  EXPIRED: ["quiet", "Expired"], CANCELLED: ["quiet", "Cancelled"],
};

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

function line(run) {
  const [tone, word] = WORDS[run.status] ?? ["quiet", run.status];
  const item = element("li", "recent");
  const link = element("a", "strong", run.requester.name);
  link.href = "/runs/" + encodeURIComponent(run.id);
  const time = element("time", "note", run.created_at);
  time.dateTime = run.created_at;
  item.append(link, element("span", "badge tone-" + tone, word), time);
  return item;
}

async function signedIn() {
  const answer = await fetch("/api/session", { headers: { accept: "application/json" } });
  return answer.ok && (await answer.json()).signed_in;
}

async function fill(section) {
  if (!(await signedIn())) return;
  const query = new URLSearchParams({ workflow: section.dataset.recentRuns, scope: "workflow" });
  const answer = await fetch("/api/runs?" + query, { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const { runs } = await answer.json();
  const list = element("ul", "recent-runs");
  list.append(...runs.slice(0, LATEST).map(line));
  if (runs.length === 0) section.append(element("p", "note", "Nobody has asked for it yet."));
  else section.querySelector("h2").after(list);
  showTimes(list);
}

// The link to all runs stays whatever happens.
for (const section of document.querySelectorAll("[data-recent-runs]")) fill(section).catch(() => {});
