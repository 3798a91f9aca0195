// How a message's text and entities become DOM nodes; data never becomes markup.
"use strict";

function make(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

const ENTITY_TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote",
};

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

// acts: {say(text), start(token)}; bot: the bot's username.
function fillText(parent, text, entities, acts, bot) {
  const waiting = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  fillRange(parent, text, 0, text.length, waiting, acts, bot);
}

function fillRange(parent, text, from, to, waiting, acts, bot) {
  let at = from;
  while (waiting.length) {
    const entity = waiting.shift();
    if (entity.offset < at) continue;
    const end = Math.min(entity.offset + entity.length, to);
    const inside = [];
    while (waiting.length && waiting[0].offset < end) inside.push(waiting.shift());
    parent.append(text.slice(at, entity.offset));
    const node = entityNode(entity, text.slice(entity.offset, end), acts, bot);
    fillRange(node, text, entity.offset, end, inside, acts, bot);
    parent.append(node);
    // A block ends its own line: the line break after it would be an empty line.
    at = BLOCKS.has(entity.type) && text[end] === "\n" ? end + 1 : end;
  }
  parent.append(text.slice(at, to));
}

function entityNode(entity, covered, acts, bot) {
  switch (entity.type) {
    case "bot_command": {
      const node = make("button", "command");
      node.type = "button";
      node.addEventListener("click", () => acts.say(covered));
      return node;
    }
    case "url": return linkNode(covered, acts, bot, "");
    case "text_link": return linkNode(entity.url, acts, bot, "");
    case "spoiler": return toggled("span", "spoiler");
    case "expandable_blockquote": return toggled("blockquote", "folded");
    case "mention": case "text_mention": return make("span", "mention");
    default: return make(ENTITY_TAGS[entity.type] || "span", "");
  }
}

function toggled(tag, className) {
  const node = make(tag, className);
  node.tabIndex = 0;
  const toggle = () => node.classList.toggle(className);
  node.addEventListener("click", toggle);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(); }
  });
  return node;
}

// The token of a deep link to this bot, or null.
function startToken(address, bot) {
  let url;
  try { url = new URL(address); } catch { return null; }
  const name = url.protocol === "tg:" ? url.searchParams.get("domain") : url.pathname.slice(1);
  const ours = (url.hostname === "t.me" || url.protocol === "tg:")
    && (name || "").toLowerCase() === bot.toLowerCase();
  return ours ? url.searchParams.get("start") : null;
}

function linkNode(address, acts, bot, className) {
  const token = startToken(address, bot);
  if (token !== null) {
    const node = make("button", className || "command");
    node.type = "button";
    node.title = address;
    node.addEventListener("click", () => acts.start(token));
    return node;
  }
  if (!/^https?:\/\//i.test(address)) return make("span", className);
  const node = make("a", className);
  node.href = address;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}
