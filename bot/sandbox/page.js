// The chat page: asks for the room's state, draws it, and sends what a person does.
"use strict";

const $ = (id) => document.getElementById(id);
const view = {
  language: localStorage.getItem("language") === "en" ? "en" : "vi",
  chat: null, as: null, version: null, room: null, read: {}, pending: new Map(), seen: new Set(),
  nodes: new Map(), drawn: null, invitation: null, turns: null, request: null, menuOpen: false, turn: 0,
  readBefore: 0, newest: 0, placed: null,
};
const word = (name) => WORDS[view.language][name];

// Asking and doing

async function post(name, body) {
  const answer = await fetch(`api/${name}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const { ok, result, error } = await answer.json();
  if (!ok) showToast(error);
  return ok ? result : null;
}

async function ask(since) {
  view.request = new AbortController();
  const query = new URLSearchParams();
  if (since !== null) query.set("since", since);
  if (view.chat !== null) query.set("chat", view.chat);
  if (view.as !== null) query.set("as", view.as);
  const answer = await fetch(`api/state?${query}`, { signal: view.request.signal });
  return answer.json();
}

async function follow() {
  for (;;) {
    try {
      const turn = view.turn;
      const room = await ask(view.version);
      // The person has chosen another chat meanwhile: this answer is not about it.
      if (turn !== view.turn) continue;
      view.version = room.version;
      view.room = { ...view.room, ...room };
      draw();
      if (room.closed) return showStrip(word("ended"), "bad");
    } catch (error) {
      if (error.name === "AbortError") continue;
      showStrip(word("lost"), "bad");
      view.version = null;
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
}

function askAgain() {
  view.version = null;
  view.turn += 1;
  view.request?.abort();
}

const acts = {
  say(text) {
    if (text.trim()) return post("say", { person_id: view.as, chat_id: view.chat, text });
  },
  start(token) {
    if (view.chat > 0) acts.say(`/start ${token}`);
    else { view.invitation = token; draw(); }
  },
  async press(messageId, data, button) {
    button.classList.add("busy");
    const query = await post("press", {
      person_id: view.as, chat_id: view.chat, message_id: messageId, callback_data: data,
    });
    if (query === null) return button.classList.remove("busy");
    view.pending.set(query, button);
    setTimeout(() => finish(query), 15000);
    answerPending();
  },
};

function finish(query) {
  view.pending.get(query)?.classList.remove("busy");
  view.pending.delete(query);
}

function answerPending() {
  for (const answer of view.room?.answers ?? []) {
    const query = answer.callback_query_id;
    if (!view.pending.has(query)) continue;
    finish(query);
    if (answer.text && answer.show_alert) showAlert(answer.text);
    else if (answer.text) showToast(answer.text);
  }
}

// Choosing

function choose(id) {
  view.chat = id;
  view.readBefore = view.read[id] ?? 0;
  const people = view.room.chats.filter((chat) => chat.kind === "private");
  // Into a group one goes as the person whose chat was open before.
  view.as = id > 0 ? id : view.as ?? people.find((chat) => chat.started)?.id ?? people[0]?.id ?? null;
  view.menuOpen = false;
  $("toast").hidden = true;
  document.body.classList.add("chatting");
  askAgain();
  draw();
  if (matchMedia("(min-width: 721px)").matches) $("text").focus();
}

// Drawing

function draw() {
  const room = view.room;
  if (!room?.chats) return;
  drawWords();
  $("status").textContent = room.status;
  drawActions(room.actions);
  const chat = room.chats.find((one) => one.id === view.chat);
  $("chat").hidden = !chat;
  $("nobody").hidden = Boolean(chat);
  $("nobody").firstElementChild.textContent = word(room.chats.length ? "pick" : "nobody");
  if (chat) drawChat(chat, room.chat?.id === chat.id ? room.chat : null);
  drawChats(room.chats);
  answerPending();
}

function drawWords() {
  document.documentElement.lang = view.language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", word(node.dataset.label));
  }
  for (const node of document.querySelectorAll("[data-language]")) {
    node.setAttribute("aria-pressed", String(node.dataset.language === view.language));
  }
  $("text").placeholder = word("placeholder");
}

function drawActions(actions) {
  $("actions").replaceChildren(...actions.list.map((action) => {
    const node = make("button", "action", view.language === "en" ? action.label_en : action.label);
    node.type = "button";
    node.disabled = actions.running !== null;
    node.dataset.action = action.id;
    node.addEventListener("click", () => post("action", { action_id: action.id }));
    return node;
  }));
  const said = view.language === "en" ? actions.text_en : actions.text;
  const told = `${actions.turns} ${view.language}`;
  if (actions.running) showStrip(said || word("working"), "busy");
  else if (view.turns !== told && (view.turns?.split(" ")[0] !== String(actions.turns) || !$("strip").hidden)) {
    if (actions.failed) showStrip(word("failed") + said, "bad");
    else showStrip(said, "");
  } else if ($("strip").className === "bad" && $("strip-text").textContent === word("lost")) {
    $("strip").hidden = true;
  }
  view.turns = told;
}

function drawChat(chat, content) {
  $("chat-avatar").replaceChildren(avatar(chat));
  $("chat-name").textContent = chat.name;
  $("chat-note").textContent = noteOf(chat) || (chat.username ? `@${chat.username}` : "");
  const alone = chat.kind === "private";
  $("block").hidden = !alone || !chat.started;
  $("block").textContent = word(chat.blocked ? "unblock" : "block");
  $("as-label").hidden = alone;
  if (!alone) drawSpeakers();
  const mustStart = alone && (!chat.started || view.invitation !== null);
  $("start-bar").hidden = !mustStart;
  $("composer").hidden = mustStart;
  $("start").textContent = word(view.invitation === null ? "start" : "startInvited");
  if (!content) return $("log").replaceChildren();
  drawMessages(chat, content.messages);
  drawReplyKeys(content.messages);
  drawCommands(content.commands);
}

function drawSpeakers() {
  const people = view.room.chats.filter((chat) => chat.kind === "private");
  const wanted = people.map((chat) => `${chat.id} ${chat.name}`).join();
  if ($("as").dataset.people !== wanted) {
    $("as").replaceChildren(...people.map((chat) => new Option(chat.name, chat.id)));
    $("as").dataset.people = wanted;
  }
  $("as").value = view.as;
}

function drawReplyKeys(messages) {
  const told = messages.findLast((one) => one.reply_markup?.keyboard || one.reply_markup?.remove_keyboard);
  const rows = told?.reply_markup.keyboard ?? [];
  $("reply-keys").hidden = !rows.length;
  $("reply-keys").replaceChildren(...rows.map((row) => make("div", "row", ...row.map((button) => {
    const text = button.text ?? button;
    const node = make("button", "key", text);
    node.type = "button";
    node.addEventListener("click", () => acts.say(text));
    return node;
  }))));
}

function drawCommands(commands) {
  const typed = $("text").value;
  const typing = /^\/\w*$/.test(typed);
  const shown = commands.filter((one) => !typing || one.command.startsWith(typed.slice(1)));
  $("commands").hidden = !(view.menuOpen || (typing && shown.length));
  $("menu").setAttribute("aria-expanded", String(view.menuOpen));
  $("commands").replaceChildren(...shown.map((one) => {
    const node = make("button", "", make("b", "", `/${one.command}`), make("span", "", one.description));
    node.type = "button";
    node.addEventListener("click", () => {
      view.menuOpen = false;
      $("text").value = "";
      $("commands").hidden = true;
      acts.say(`/${one.command}`);
      $("text").focus();
    });
    return make("li", "", node);
  }));
  if (!shown.length) $("commands").append(make("li", "none", word("noCommands")));
}

// Telling

let toastTimer = 0;
function showToast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 4000);
}

function showAlert(text) {
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

function showStrip(text, kind) {
  $("strip").className = kind;
  $("strip-text").textContent = text;
  $("strip").hidden = !text;
}

// Listening

function sendText() {
  const text = $("text").value;
  $("text").value = "";
  fitText();
  acts.say(text);
}

function fitText() {
  const node = $("text");
  node.rows = Math.min(6, node.value.split("\n").length);
  if (view.room?.chat) drawCommands(view.room.chat.commands);
}

function leave() {
  document.body.classList.remove("chatting");
  view.chat = null;
  draw();
}

$("composer").addEventListener("submit", (event) => { event.preventDefault(); sendText(); });
$("text").addEventListener("input", () => { view.menuOpen = false; fitText(); });
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    sendText();
  }
});
$("menu").addEventListener("click", () => {
  view.menuOpen = !view.menuOpen;
  drawCommands(view.room.chat?.commands ?? []);
});
$("start").addEventListener("click", () => {
  const token = view.invitation;
  view.invitation = null;
  history.replaceState(null, "", location.pathname);
  acts.say(token === null ? "/start" : `/start ${token}`);
});
$("block").addEventListener("click", () => {
  const chat = view.room.chats.find((one) => one.id === view.chat);
  post(chat.blocked ? "unblock" : "block", { person_id: view.chat });
});
$("as").addEventListener("change", () => { view.as = Number($("as").value); askAgain(); });
$("back").addEventListener("click", leave);
$("strip-close").addEventListener("click", () => { $("strip").hidden = true; });
$("chats").addEventListener("keydown", (event) => {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (!step) return;
  event.preventDefault();
  document.activeElement[step]?.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || $("alert").open || !view.menuOpen) return;
  view.menuOpen = false;
  $("commands").hidden = true;
  $("menu").focus();
});
document.addEventListener("click", (event) => {
  if (!view.menuOpen || event.target.closest("#menu, #commands")) return;
  view.menuOpen = false;
  $("commands").hidden = true;
  $("menu").setAttribute("aria-expanded", "false");
});
document.addEventListener("visibilitychange", () => draw());
for (const node of document.querySelectorAll("[data-language]")) {
  node.addEventListener("click", () => {
    view.language = node.dataset.language;
    localStorage.setItem("language", view.language);
    draw();
  });
}

async function open() {
  const query = new URLSearchParams(location.search);
  view.invitation = query.get("start");
  view.room = await ask(null).catch(() => null);
  const person = Number(query.get("person"));
  if (view.room?.chats.some((chat) => chat.id === person)) choose(person);
  else draw();
  follow();
}
open();
