// Asking the desk and sending to it. Every answer that is none (no network, logged out, a fault of the server) becomes
// a Failure with words to show, so that whoever sent something keeps it and can send it again.

import { word } from "./words.js";

const LOGIN = /\/login\//;

/** The desk gave no answer that can be used; `message` is for the person. */
export class Failure extends Error {}

/** GET; `part` asks for a part of a page only. Gives {status, text, location}. */
export function ask(url, { part = "", signal } = {}) {
  return request(url, { headers: heading(part), signal, cache: "no-cache" });
}

/** POST of fields, with the page's own token; a token that became void is asked for anew, once. */
export async function send(url, fields, page, { part = "form", ...options } = {}) {
  const post = (token) => {
    const body = new URLSearchParams(fields);
    body.set("csrfmiddlewaretoken", token);
    return request(url, { method: "POST", headers: heading(part), body, ...options });
  };
  const answer = await post(token(document));
  if (answer.status !== 403) return answer;
  const fresh = token(new DOMParser().parseFromString((await ask(page)).text, "text/html"));
  if (!fresh) return answer;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh;
  return post(fresh);
}

function heading(part) {
  return part ? { "X-Part": part } : {};
}

function token(from) {
  return from.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function request(url, options) {
  let response;
  let text;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options });
    text = await response.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(word("no-answer"), { cause: error });
  }
  if (response.redirected && LOGIN.test(new URL(response.url).pathname)) throw new Failure(word("logged-out"));
  if (response.status >= 500 && response.status !== 503) throw new Failure(word("refused"));
  const isElsewhere = response.type === "opaqueredirect"; // asked for with redirect: "manual"
  return { status: response.status, text, location: response.headers.get("Location") ?? "", isElsewhere };
}

/** The fields of a form as they are sent; `button` is the one that was pressed. */
export function fieldsOf(form, button = null) {
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  return [...data].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
}

/** The elements of a part of a page. */
export function elements(text) {
  const holder = document.createElement("template");
  holder.innerHTML = text;
  return holder.content;
}
