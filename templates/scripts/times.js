// Shows each <time datetime> in the reader's own zone, with the distance from now for recent moments.
// Without this script a time reads as the server wrote it, in UTC.

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

function words(moment, now) {
  const seconds = Math.round((moment - now) / 1000);
  if (Math.abs(seconds) >= 7 * 86400) return absolute.format(moment);
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return seconds <= 0 ? "just now" : "in less than a minute";
}

/** Rewrites every moment below `root`; pages that add content call it again. */
export function showTimes(root = document) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    element.textContent = words(moment, Date.now());
    element.title = absolute.format(moment);
  }
}

showTimes();
setInterval(() => showTimes(), 30000);
// scripts/run.js says when it has put new parts into the page.
document.addEventListener("drawbridge:redrawn", (event) => showTimes(event.detail));
