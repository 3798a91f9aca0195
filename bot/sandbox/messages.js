// How the messages of a chat are drawn: bubbles, documents, buttons.
"use strict";

function drawMessages(chat, messages) {
  const log = $("log");
  const key = `${chat.id} ${view.language}`;
  const opened = view.drawn !== key;
  const atEnd = opened || log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const stays = log.scrollTop === view.placed; // nobody has moved it since
  if (opened) view.nodes.clear();
  view.drawn = key;
  const nodes = [];
  let day = "";
  for (const message of messages) {
    if (message.date.slice(0, 10) !== day) {
      day = message.date.slice(0, 10);
      nodes.push(make("div", "day", word("today") + day.split("-").reverse().join("/")));
    }
    const text = JSON.stringify(message);
    const known = view.nodes.get(message.message_id);
    if (known?.text !== text) view.nodes.set(message.message_id, { text, node: bubble(chat, message) });
    nodes.push(view.nodes.get(message.message_id).node);
  }
  if (!messages.length) {
    nodes.push(make("div", "empty", make("b", "", word("empty")), make("span", "", word("hint"))));
  }
  // Only what differs is moved, so that focus and selection stay where they are.
  nodes.forEach((node, index) => {
    if (log.children[index] !== node) log.insertBefore(node, log.children[index] ?? null);
  });
  while (log.children.length > nodes.length) log.lastElementChild.remove();
  const first = firstNew(messages, opened);
  if (atEnd || (stays && first)) showFrom(first);
  view.newest = messages.at(-1)?.message_id ?? 0;
}

// A digest may be longer than the screen: it is read from its first line.
function firstNew(messages, opened) {
  const newest = opened ? view.readBefore : view.newest;
  // Nothing is known to be read: the newest day is where one goes on.
  const day = opened && !newest ? messages.at(-1)?.date.slice(0, 10) : "";
  return messages.find((one) => one.from_bot && one.message_id > newest && one.date.startsWith(day));
}

function showFrom(first) {
  const log = $("log");
  log.scrollTop = log.scrollHeight;
  const node = first && view.nodes.get(first.message_id).node;
  if (node) log.scrollTop = Math.min(log.scrollTop, node.offsetTop - log.offsetTop - 10);
  view.placed = log.scrollTop;
}

function bubble(chat, message) {
  if (message.service) return make("div", "day", word("movedTo"));
  const mine = !message.from_bot;
  const body = make("div", "bubble");
  if (chat.kind !== "private") body.append(make("div", "author", message.from_name));
  if (message.photo) {
    const picture = make("img", "photo");
    picture.src = `api/file/${message.photo.file_id}`;
    picture.alt = message.text || word("photo");
    picture.width = message.photo.width;
    picture.height = message.photo.height;
    body.append(picture);
  }
  if (message.document) body.append(documentChip(message.document));
  const text = make("div", "text");
  fillText(text, message.text, message.entities, acts, view.room.bot.username);
  const time = make("span", "time", message.edited ? `${word("edited")} ` : "", message.date.slice(11, 16));
  if (message.text) body.append(text);
  body.append(time);
  const node = make("article", mine ? "message mine" : "message", body);
  node.dataset.message = message.message_id;
  const rows = message.reply_markup?.inline_keyboard;
  if (rows?.length) node.append(keyboard(message, rows));
  return node;
}

function documentChip(file) {
  const size = file.file_size < 1024 ? `${file.file_size} B` : `${Math.round(file.file_size / 1024)} KB`;
  const kind = (file.file_name.split(".").at(-1) || "").slice(0, 4).toUpperCase();
  const name = make("span", "lines", make("b", "", file.file_name), make("span", "note", size));
  const chip = make("a", "document", make("span", "kind", kind), name);
  chip.href = `api/file/${file.file_id}`;
  chip.download = file.file_name;
  chip.setAttribute("aria-label", `${word("document")} ${file.file_name}`);
  return chip;
}

function keyboard(message, rows) {
  return make("div", "keyboard", ...rows.map((row) => make("div", "row", ...row.map((button) => {
    if (button.url) {
      const link = linkNode(button.url, acts, view.room.bot.username, "key");
      link.append(button.text, " ↗");
      return link;
    }
    const node = make("button", "key", button.text);
    node.type = "button";
    if ("callback_data" in button) {
      node.dataset.data = button.callback_data;
      node.addEventListener("click", () => acts.press(message.message_id, button.callback_data, node));
    } else if (button.copy_text) {
      node.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.copy_text.text);
        showToast(word("copied"));
      });
    } else node.disabled = true;
    return node;
  }))));
}
