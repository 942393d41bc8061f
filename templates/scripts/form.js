// Forms come alive: parts that depend on values appear and disappear, lists grow and shrink.
//
// 1. `treeOf` and `partOf` read the form as JSON, as the server will read it.
// 2. `holds` decides the conditions that the server wrote into `data-when`, which are JSON Schemas.
// 3. `settle` shows what applies, disables what does not (so it is not posted), and marks what is
//    required.
// 4. Buttons add and remove items; names and ids are renumbered so that no gap is posted.
//
// Without this file everything is visible and the server decides.

const ROUNDS = 8;
const OWN = /^~[a-z]/;

function start(form) {
  prepare(form);
  settle(form);
  form.addEventListener('input', (event) => {
    if (event.target.matches('[data-key]')) unique(event.target.closest('[data-entries]'));
    settle(form);
  });
  form.addEventListener('change', () => settle(form));
  form.addEventListener('reset', () => setTimeout(() => settle(form)));
  form.addEventListener('click', (event) => {
    const button = event.target.closest('[data-add], [data-remove]');
    if (!button) return;
    if (button.matches('[data-add]')) add(button);
    else remove(button);
    settle(form);
  });
}

/** Reveals what only works with this script. */
function prepare(root) {
  for (const button of root.querySelectorAll('[data-add], [data-remove]')) button.hidden = false;
  for (const control of root.querySelectorAll('[data-required]')) control.required = true;
  for (const list of lists(root)) limit(list);
}

// ── Values ──────────────────────────────────────────────────────────────────────────────────────

/** What is typed, by name, as if only the frames in `active` were there. Items keep their numbers. */
function treeOf(form, active) {
  const root = {};
  const faint = [];
  const blanks = [];
  const there = (element) => frames(element).every((frame) => active.has(frame));
  for (const control of form.elements) {
    if (!control.name?.startsWith('/') || !there(control)) continue;
    const path = control.name.split('/').slice(1);
    const last = path.at(-1);
    if (last === '~b') blanks.push([path.slice(0, -1), control.value]);
    if (OWN.test(last) && last !== '~k' && last !== '~v') continue;
    const given = typed(control);
    if (given === undefined) continue;
    if (control.dataset.many !== undefined) (get(root, path) ?? set(root, path, [])).push(given);
    else if (given === false || control.dataset.faint !== undefined) faint.push([control, path, given]);
    else set(root, path, given);
  }
  for (const [path, text] of blanks) {
    if (text !== 'absent' && get(root, path) === undefined) set(root, path, JSON.parse(text));
  }
  // An unticked box is false where its object is there, and does not bring the object back.
  for (const [control, path, given] of faint) {
    if (wanted(root, control)) set(root, path, given);
  }
  for (const element of form.querySelectorAll('[data-object], [data-array]')) {
    const path = (element.dataset.object ?? element.dataset.array).split('/').slice(1);
    const optional = element.dataset.optional !== undefined;
    if (optional || get(root, path) !== undefined || !there(element) || !wanted(root, element)) continue;
    set(root, path, {});
  }
  const listed = new Set([...form.querySelectorAll('[data-array]')].map((list) => list.dataset.array));
  return { root, listed };
}

/** The object that a condition is about, as JSON; what is not there yet has no members. */
function partOf({ root, listed }, name) {
  return finished(get(root, name.split('/').slice(1)) ?? {}, name, listed);
}

/** Whether the object around an element is there. */
function wanted(root, element) {
  const around = element.parentElement.closest('[data-object][data-optional]');
  return !around || get(root, around.dataset.object.split('/').slice(1)) !== undefined;
}

/** Numbered members become lists, entries of an editor become members. */
function finished(node, name, listed) {
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return node;
  if (listed.has(name)) {
    const numbers = Object.keys(node).sort((a, b) => a - b);
    return numbers.map((number) => finished(node[number], `${name}/${number}`, listed));
  }
  const members = {};
  for (const [raw, member] of Object.entries(node)) {
    if (raw === '~e') continue;
    put(members, unescaped(raw), finished(member, `${name}/${raw}`, listed));
  }
  for (const [number, entry] of Object.entries(node['~e'] ?? {})) {
    const value = finished(entry['~v'], `${name}/~e/${number}/~v`, listed);
    if (value !== undefined) put(members, entry['~k'] ?? '', value);
  }
  return members;
}

/** What a control stands for; nothing when it is blank. */
function typed(control) {
  const { type, value } = control;
  const kind = control.dataset.type;
  if (type === 'checkbox' || type === 'radio') {
    if (!control.checked) return kind === 'boolean' ? false : undefined;
  }
  if (kind === 'boolean') return value === 'true';
  if (value === '' || type === 'button' || type === 'submit') return undefined;
  if (kind === 'json') return parsed(value);
  if (kind === 'number' || kind === 'integer') return Number.isFinite(Number(value)) ? Number(value) : value;
  if (type === 'datetime-local') return zoned(value, 16);
  if (type === 'time') return zoned(value, 5);
  return value.replaceAll('\r\n', '\n');
}

const zoned = (text, short) => (text.length === short ? `${text}:00Z` : `${text}Z`);

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const unescaped = (segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~');

/** Defines a member whatever it is called, `__proto__` included. */
function put(target, name, value) {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

function get(root, path) {
  let node = root;
  for (const segment of path) {
    if (node === null || typeof node !== 'object' || !Object.hasOwn(node, segment)) return undefined;
    node = node[segment];
  }
  return node;
}

function set(root, path, value) {
  let node = root;
  for (const segment of path.slice(0, -1)) {
    const next = get(node, [segment]);
    if (next === null || typeof next !== 'object') put(node, segment, {});
    node = node[segment];
  }
  put(node, path.at(-1), value);
  return value;
}

// ── Conditions ──────────────────────────────────────────────────────────────────────────────────

/** Whether a value satisfies a schema; the same keywords as the server's `eval`. */
function holds(schema, value) {
  if (typeof schema === 'boolean') return schema;
  const has = (key) => Object.hasOwn(schema, key);
  if (has('const') && !same(schema.const, value)) return false;
  if (has('enum') && !schema.enum.some((option) => same(option, value))) return false;
  if (has('type') && ![schema.type].flat().some((name) => isType(name, value))) return false;
  if (has('allOf') && !schema.allOf.every((part) => holds(part, value))) return false;
  if (has('anyOf') && !schema.anyOf.some((part) => holds(part, value))) return false;
  if (has('oneOf') && schema.oneOf.filter((part) => holds(part, value)).length !== 1) return false;
  if (has('not') && holds(schema.not, value)) return false;
  if (has('if')) {
    const branch = holds(schema.if, value) ? 'then' : 'else';
    if (has(branch) && !holds(schema[branch], value)) return false;
  }
  if (typeof value === 'string') return holdsText(schema, value);
  if (typeof value === 'number') return holdsNumber(schema, value);
  if (Array.isArray(value)) return holdsList(schema, value);
  return value === null || typeof value !== 'object' || holdsObject(schema, value);
}

function holdsText(schema, text) {
  const length = [...text].length;
  return length >= (schema.minLength ?? 0)
    && length <= (schema.maxLength ?? Infinity)
    && (schema.pattern === undefined || found(schema.pattern, text));
}

function found(pattern, text) {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return false;
  }
}

function holdsNumber(schema, number) {
  const times = number / (schema.multipleOf ?? number);
  return number >= (schema.minimum ?? -Infinity)
    && number <= (schema.maximum ?? Infinity)
    && number > (schema.exclusiveMinimum ?? -Infinity)
    && number < (schema.exclusiveMaximum ?? Infinity)
    && (schema.multipleOf === undefined || Math.abs(times - Math.round(times)) < 1e-9);
}

function holdsList(schema, items) {
  const fixed = schema.prefixItems ?? [];
  const contained = schema.contains === undefined ? 0 : items.filter((item) => holds(schema.contains, item)).length;
  return items.length >= (schema.minItems ?? 0)
    && items.length <= (schema.maxItems ?? Infinity)
    && (schema.contains === undefined
      || (contained >= (schema.minContains ?? 1) && contained <= (schema.maxContains ?? Infinity)))
    && items.every((item, at) => holds(fixed[at] ?? schema.items ?? true, item))
    && (schema.uniqueItems !== true || items.every((item, at) => items.findIndex((other) => same(item, other)) === at));
}

function holdsObject(schema, object) {
  const names = Object.keys(object);
  const has = (name) => Object.hasOwn(object, name);
  const properties = schema.properties ?? {};
  const patterns = Object.entries(schema.patternProperties ?? {});
  const needed = (needs) => (Array.isArray(needs) ? needs.every(has) : holds(needs, object));
  return (schema.required ?? []).every(has)
    && names.length >= (schema.minProperties ?? 0)
    && names.length <= (schema.maxProperties ?? Infinity)
    && names.every((name) => {
      const matched = patterns.filter(([pattern]) => found(pattern, name)).map(([, part]) => part);
      if (Object.hasOwn(properties, name)) matched.push(properties[name]);
      else if (matched.length === 0) matched.push(schema.additionalProperties ?? true);
      return matched.every((part) => holds(part, object[name])) && holds(schema.propertyNames ?? true, name);
    })
    && ['dependentRequired', 'dependentSchemas', 'dependencies'].every((key) =>
      Object.entries(schema[key] ?? {}).every(([name, needs]) => !has(name) || needed(needs)));
}

function isType(name, value) {
  if (name === 'null') return value === null;
  if (name === 'array') return Array.isArray(value);
  if (name === 'integer') return Number.isInteger(value);
  if (name === 'object') return value !== null && typeof value === 'object' && !Array.isArray(value);
  return typeof value === name;
}

function same(a, b) {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length
    && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]));
}

// ── Showing what applies ────────────────────────────────────────────────────────────────────────

/** The conditional frames around an element, and itself. */
function frames(element) {
  const around = [];
  for (let at = element.closest('.when'); at; at = at.parentElement.closest('.when')) around.push(at);
  return around;
}

/** Conditions may depend on each other; the first round knows none of the parts they guard. */
function settle(form) {
  const all = [...form.querySelectorAll('.when')];
  const chosen = new Set(all.filter((frame) => frame.dataset.when === undefined && isChosen(form, frame)));
  let active = chosen;
  let tree = treeOf(form, active);
  for (let round = 1; round < ROUNDS; round += 1) {
    const next = new Set(all.filter((frame) => chosen.has(frame) || applies(frame, tree)));
    const settled = next.size === active.size && [...next].every((frame) => active.has(frame));
    active = next;
    if (settled) break;
    tree = treeOf(form, active);
  }
  for (const frame of all) {
    frame.hidden = !active.has(frame);
    frame.disabled = !active.has(frame);
    frame.removeAttribute('data-inactive');
  }
  for (const mark of form.querySelectorAll('[data-required-when]')) require(mark, tree);
}

function isChosen(form, frame) {
  const { choice, alternative } = frame.dataset;
  return choice === undefined || form.elements.namedItem(choice)?.value === alternative;
}

function applies(frame, tree) {
  const { when, at } = frame.dataset;
  return when !== undefined && holds(JSON.parse(when), partOf(tree, at));
}

function require(mark, tree) {
  const needed = holds(JSON.parse(mark.dataset.requiredWhen), partOf(tree, mark.dataset.at));
  mark.hidden = !needed;
  const control = mark.closest('.field').querySelector('input:not([type=hidden]):not([type=checkbox]), select, textarea');
  if (control) control.required = needed;
}

// ── Items ───────────────────────────────────────────────────────────────────────────────────────

const lists = (root) => root.querySelectorAll('[data-array], [data-entries]');
const itemsOf = (list) => [...list.querySelectorAll(':scope > .items > [data-item]')];
const nameOf = (list) => list.dataset.array ?? list.dataset.name;

function add(button) {
  const list = button.closest('[data-array], [data-entries]');
  const count = itemsOf(list).length;
  const copy = list.querySelector(':scope > template').content.cloneNode(true);
  const item = copy.querySelector('[data-item]');
  rename(copy, `${nameOf(list)}/~n`, `${nameOf(list)}/${count}`);
  list.querySelector(':scope > .items').append(copy);
  number(item, count);
  prepare(item);
  limit(list);
  firstControl(item)?.focus();
}

function remove(button) {
  const list = button.closest('[data-array], [data-entries]');
  const items = itemsOf(list);
  const gone = button.closest('[data-item]');
  const at = items.indexOf(gone);
  gone.remove();
  items.splice(at, 1);
  for (let index = at; index < items.length; index += 1) {
    rename(items[index], `${nameOf(list)}/${index + 1}`, `${nameOf(list)}/${index}`);
    number(items[index], index);
  }
  limit(list);
  const near = items[at] ?? items[at - 1];
  (near && firstControl(near) || list.querySelector(':scope > [data-add]'))?.focus();
}

const firstControl = (item) => item.querySelector('input:not([type=hidden]), select, textarea');

function number(item, index) {
  const label = item.querySelector('[data-number]');
  if (label) label.textContent = index + 1;
}

/** No more than the most, no fewer than the least. */
function limit(list) {
  const items = itemsOf(list);
  const button = list.querySelector(':scope > [data-add]');
  if (button) button.disabled = items.length >= Number(list.dataset.max ?? Infinity);
  const least = list.dataset.optional === undefined ? Number(list.dataset.min ?? 0) : 0;
  for (const item of items) {
    const last = item.querySelector(':scope > [data-remove]');
    if (last) last.disabled = items.length <= least;
  }
}

/** Two values of an editor cannot have one name. */
function unique(list) {
  const keys = [...list.querySelectorAll(':scope > .items > [data-item] > .key > [data-key]')];
  for (const key of keys) {
    const twice = key.value !== '' && keys.some((other) => other !== key && other.value === key.value);
    key.setCustomValidity(twice ? 'This name is used twice' : '');
  }
}

/** Moves everything inside from one pointer to another: names, ids and what refers to them. */
function rename(root, from, to) {
  const ids = new RegExp(`^(field|input|help|error|list)${escaped(encoded(from))}(?=$|[-.])`);
  const moved = (text) => (text === from || text.startsWith(`${from}/`) ? to + text.slice(from.length) : text);
  const movedId = (text) => text.split(' ').map((id) => id.replace(ids, (_, word) => word + encoded(to))).join(' ');
  for (const element of root.querySelectorAll('*')) {
    for (const name of ['name', 'data-pointer', 'data-array', 'data-object', 'data-at', 'data-name', 'data-choice']) {
      if (element.hasAttribute(name)) element.setAttribute(name, moved(element.getAttribute(name)));
    }
    for (const name of ['id', 'for', 'aria-describedby', 'list']) {
      if (element.hasAttribute(name)) element.setAttribute(name, movedId(element.getAttribute(name)));
    }
    if (element.localName === 'template') rename(element.content, from, to);
  }
}

const escaped = (text) => text.replace(/[.:*+?^${}()|[\]\\]/g, '\\$&');

/** A pointer as part of an id; the same spelling as the server's. */
function encoded(pointer) {
  return [...pointer].map((c) => {
    if (c === '/') return '-';
    return /^[A-Za-z0-9_]$/.test(c) ? c : `:${c.codePointAt(0).toString(16)}.`;
  }).join('');
}

// ── Start ───────────────────────────────────────────────────────────────────────────────────────
// Last, when everything above is defined.

for (const form of document.querySelectorAll('form')) {
  if (form.querySelector('[data-pointer], [data-when]')) start(form);
}
document.querySelector('.error-summary, [data-error-summary]')?.focus();
