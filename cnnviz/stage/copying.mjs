// A button that copies some text.

import { make, say } from "./elements.mjs";

const COPIED_MS = 2000;

/** Make the button; `text` gives what to copy, `asked` names it where the browser cannot copy. */
export function copyButton(name, { text, asked }) {
  const button = make("button", { type: "button", class: "copy", onclick: copy }, name);

  async function copy() {
    const copied = text();
    try {
      await navigator.clipboard.writeText(copied);
      say(button, "Copied");
    } catch {
      // Without https the browser keeps the clipboard to itself.
      prompt(asked, copied);
    }
    setTimeout(() => say(button, name), COPIED_MS);
  }

  return button;
}
