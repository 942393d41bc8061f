// Fills the header's person area on static pages, which know nobody, from GET /api/session.
// Pages that a function renders carry the person already and have no [data-session].

function signedIn(person) {
  const name = document.createElement("a");
  name.className = "session-name";
  name.href = "/settings";
  name.textContent = person.name;
  name.title = "Settings of " + person.id;
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/sign-out";
  const button = document.createElement("button");
  button.className = "button quiet small";
  button.textContent = "Sign out";
  form.append(button);
  return [name, form];
}

async function fill(area) {
  const link = area.querySelector("a");
  if (link) link.href = "/sign-in?return_to=" + encodeURIComponent(location.pathname + location.search);
  const answer = await fetch("/api/session", { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const session = await answer.json();
  if (session.signed_in) area.replaceChildren(...signedIn(session.person));
}

const area = document.querySelector("[data-session]");
// A portal that cannot say who is signed in still shows the link to sign in.
if (area) fill(area).catch(() => {});
