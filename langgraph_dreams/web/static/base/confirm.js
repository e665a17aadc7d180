// A question before a change: resolves to true when the person says yes.

import { el } from "./dom.js";

export function confirmed(label, content, keep, name = "danger") {
  return new Promise((resolve) => {
    const dialog = el("dialog", { "aria-label": label }, content, el("p", { class: "buttons" },
      el("button", { type: "button", onclick: () => dialog.close() }, keep),
      el("button", { type: "button", class: name, onclick: () => dialog.close("yes") }, label)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
