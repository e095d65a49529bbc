// Whom the clip is owed to: work, performer, licence, what was changed, and the source.

import { copyButton } from "./copying.mjs";
import { make } from "./elements.mjs";

/** The parts of a credit in the order to be read: { text, href } each, href null where there is no page. */
export function creditParts(credit) {
  const parts = [
    { text: credit.work, href: null },
    { text: credit.performer, href: null },
    { text: credit.licence, href: credit.licence_url || null },
    { text: credit.changes, href: null },
    { text: credit.origin, href: credit.origin_url || null },
  ];
  return parts.filter(({ text }) => text);
}

/** Make the line. */
export function makeCredit() {
  const line = make("span", {});
  const remark = make("span", {});
  let text = "";
  const copy = copyButton("Copy credit", { text: () => text, asked: "The credit of this clip:" });
  const copying = make("span", { class: "copying" }, " · ", copy);
  const root = make("p", { class: "credit", hidden: true }, line, copying, remark);

  function show({ clip: { credit } }) {
    root.hidden = !credit;
    if (!credit) return;
    text = credit.text;
    line.replaceChildren(...creditParts(credit).flatMap((part, at) => (at ? [" · ", drawn(part)] : [drawn(part)])));
    remark.textContent = credit.remark && ` · ${credit.remark}`;
  }

  return { root, show };
}

function drawn({ text, href }) {
  return href ? make("a", { href, target: "_blank", rel: "noopener" }, text) : text;
}
