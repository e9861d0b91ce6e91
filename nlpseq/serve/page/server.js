// Requests to the server: its refusals become errors whose message is its sentence; a 401 asks for the token.

import { showError } from "./elements.js";

const KEY = "nlpseq-token";
const NO_ANSWER = "The server does not answer; is it still running?";
let asking = null;

/** The JSON at a path. */
export async function get(path) {
  return (await request(path, { method: "GET" })).json();
}

/** The JSON that answers a body. */
export async function post(path, body, signal) {
  return read(async () => (await request(path, posted(body, signal))).json(), signal);
}

/** The server-sent events that answer a body: `{name, data}` of each, as they come. */
export async function* events(path, body, signal) {
  const response = await request(path, posted(body, signal));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await read(() => reader.read(), signal);
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const [, name, data] = part.match(/^event: (.*)\ndata: (.*)$/);
      yield { name, data: JSON.parse(data) };
    }
  }
}

function posted(body, signal) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal };
}

async function request(path, options) {
  for (;;) {
    const token = sessionStorage.getItem(KEY);
    const headers = { ...options.headers, ...(token && { Authorization: `Bearer ${token}` }) };
    const response = await read(() => fetch(path, { ...options, headers }), options.signal);
    if (response.ok) return response;
    const sentence = await refusal(response);
    if (response.status !== 401) throw new Error(sentence);
    // Another request may have asked for it meanwhile.
    if (sessionStorage.getItem(KEY) !== token) continue;
    asking ??= askForToken(token === null ? "" : sentence);
    await asking;
    asking = null;
  }
}

// What breaks on the way has no sentence of its own.
async function read(act, signal) {
  try {
    return await act();
  } catch (error) {
    throw signal?.aborted || !(error instanceof TypeError) ? error : new Error(NO_ANSWER);
  }
}

async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  const sentence = body.error ?? `the server answered ${response.status}`;
  return `${sentence[0].toUpperCase()}${sentence.slice(1)}.`;
}

function askForToken(sentence) {
  const dialog = document.querySelector("dialog");
  const field = dialog.querySelector("input");
  showError(dialog.querySelector(".error"), sentence);
  field.value = "";
  dialog.showModal();
  return new Promise((resolve, reject) => {
    dialog.onsubmit = (event) => {
      event.preventDefault(); // the security policy lets no form be sent
      sessionStorage.setItem(KEY, field.value.trim());
      dialog.onclose = null;
      dialog.close();
      resolve();
    };
    dialog.onclose = () => {
      asking = null;
      reject(new Error("Without its token the server does not answer."));
    };
  });
}
