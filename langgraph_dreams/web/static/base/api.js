// The server's answers. A change carries the header that only this page knows.

let csrf = "";

export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

async function answer(response) {
  const body = await response.json();
  if (!response.ok) throw new Refused(response.status, body.error);
  return body;
}

export async function ask(path, parameters = []) {
  const query = new URLSearchParams(parameters);
  return answer(await fetch(`api/${path}?${query}`, { credentials: "same-origin" }));
}

async function send(path, body) {
  return answer(await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json", "x-journal-csrf": csrf },
    body: JSON.stringify(body),
  }));
}

export const change = (path, body) => send(`api/${path}`, body);
export const signIn = (token) => send("session", { token });

export async function start() {
  const found = await ask("start");
  csrf = found.csrf;
  return found.namespaces;
}
