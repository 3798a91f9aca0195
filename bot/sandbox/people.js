// How the list of people and groups is drawn.
"use strict";

function avatar(chat) {
  const words = chat.name.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0][0], words.at(-1)[0]] : [...(words[0] ?? "?")].slice(0, 1);
  return make("span", `avatar c${Math.abs(chat.id) % 7}`, letters.join("").toUpperCase());
}

function noteOf(chat) {
  return view.language === "en" ? chat.note_en : chat.note;
}

function unread(chat) {
  const read = view.read[chat.id] ?? 0;
  return chat.from_bot.filter((id) => id > read).length;
}

function drawChats(chats) {
  const focused = document.activeElement?.dataset?.chat;
  let total = 0;
  $("chats").replaceChildren(...chats.map((chat) => {
    if (chat.id === view.chat && !document.hidden) view.read[chat.id] = chat.last?.message_id ?? 0;
    const count = unread(chat);
    total += count;
    const node = make("button", "person", avatar(chat));
    node.type = "button";
    node.dataset.chat = chat.id;
    if (chat.id === view.chat) node.setAttribute("aria-current", "true");
    const time = make("time", "", chat.last ? chat.last.date.slice(11, 16) : "");
    const first = make("span", "line", make("b", "", chat.name), time);
    const note = make("span", "note", noteOf(chat) || (chat.kind === "private" ? "" : word("group")));
    const last = make("span", "line", make("span", "last", lastLine(chat)));
    if (count) last.append(make("span", "count", String(count)));
    node.append(make("span", "lines", first, note, last));
    node.addEventListener("click", () => choose(chat.id));
    return node;
  }));
  if (focused) $("chats").querySelector(`[data-chat="${focused}"]`)?.focus();
  document.title = (total ? `(${total}) ` : "") + word("title");
}

function lastLine(chat) {
  const last = chat.last;
  if (!last) return chat.started ? word("empty") : word("notStarted");
  const who = last.from_bot ? word("bot") : chat.kind === "private" ? word("you") : `${last.from_name}: `;
  const what = last.text || last.document?.file_name || (last.photo ? word("photo") : word("movedTo"));
  return who + what.slice(0, 80).replace(/\s+/g, " ");
}
