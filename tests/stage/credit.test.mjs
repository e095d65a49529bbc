import assert from "node:assert/strict";
import { test } from "node:test";

import { creditParts } from "../../cnnviz/stage/credit.mjs";

const CREDIT = {
  work: "A phrase",
  performer: "A Player",
  origin: "Wikimedia Commons",
  origin_url: "https://commons.wikimedia.org/wiki/File:A.ogg",
  licence: "CC BY 4.0",
  licence_url: "https://creativecommons.org/licenses/by/4.0/",
  changes: "cut, levelled",
  remark: "",
};

test("a credit names work, performer, source, licence and changes, two of them with their page", () => {
  assert.deepEqual(
    creditParts(CREDIT).map(({ text, href }) => [text, href]),
    [
      ["A phrase", null],
      ["A Player", null],
      ["CC BY 4.0", CREDIT.licence_url],
      ["cut, levelled", null],
      ["Wikimedia Commons", CREDIT.origin_url],
    ],
  );
});

test("what nobody knows is left out", () => {
  const parts = creditParts({ ...CREDIT, work: "", performer: "", origin_url: "", licence_url: "", changes: "" });
  assert.deepEqual(parts, [{ text: "CC BY 4.0", href: null }, { text: "Wikimedia Commons", href: null }]);
});
