// A text whose words are marked by what they had to do with its label.

import { make, signed } from "./elements.js";
import { piecesOf, readablePieces } from "./pieces.js";

const MARKED = 0.15; // of the strongest weight: below it a word is not marked
const STRONGEST = 4;

/** The marked text, and below it the strongest words; `about` begins that line, where there are several labels. */
export function weightedText(text, weights, residue, about = "") {
  const marked = make("p", { className: "weighted", dir: "auto" }, ...weighted(text, weights));
  return [marked, strongest(text, weights, residue, about)];
}

/** The text, each token marked by its weight relative to the strongest one. */
function weighted(text, weights) {
  const tokens = weights.map(([token]) => token);
  const strongest = Math.max(...weights.map(([, weight]) => Math.abs(weight)));
  const pieces = piecesOf(text, tokens) ?? readablePieces(tokens);
  return pieces.flatMap((piece, place) => {
    const weight = weights[place]?.[1] ?? 0;
    const word = piece.trimStart();
    if (!word || Math.abs(weight) <= MARKED * strongest) return [piece];
    const mark = make("mark", { className: weight > 0 ? "for" : "against", title: signed(weight) }, word);
    mark.style.setProperty("--weight", Math.abs(weight) / strongest);
    return [piece.slice(0, piece.length - word.length), mark];
  });
}

/** The strongest tokens in words, for those who cannot see the marks or point at them. */
function strongest(text, weights, residue, about) {
  const words = readablePieces(weights.map(([token]) => token)).map((piece) => piece.trim());
  const written = piecesOf(text, words); // each with what stands before it
  const ranked = weights
    .map(([, weight], place) => [written?.[place].slice(-words[place].length) ?? words[place], weight])
    .filter(([word, weight]) => weight && /[^\p{P}\s]/u.test(word)) // a mark of punctuation alone is no reason
    .sort((one, another) => Math.abs(another[1]) - Math.abs(one[1]))
    .slice(0, STRONGEST);
  const list = ranked.map(([word, weight]) => `${word} ${signed(weight, 1)}`).join(", ");
  const gap = residue ? ` The weights leave ${signed(residue, 1)} unexplained.` : "";
  return make("p", { className: "hint" }, list && `${about || "Strongest"}: ${list}.${gap}`);
}
