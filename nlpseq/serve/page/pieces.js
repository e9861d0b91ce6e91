// Tokens as people read them: what each adds to the text, and which of them make a word.

const SPACE = "▁"; // SentencePiece's, before the pieces that begin a word
const JOINER = "￭"; // the word tokenizers', where no space stands

const BYTE = /^<0x([0-9A-F]{2})>$/; // of a character that has no piece of its own

/** The tokens with the bytes of a character put together: its first byte becomes it, and the others become nothing. */
function decoded(tokens) {
  const found = [...tokens];
  for (let start = 0; start < tokens.length; start++) {
    let end = start;
    while (end < tokens.length && BYTE.test(tokens[end])) end++;
    if (end === start) continue;
    const bytes = tokens.slice(start, end).map((token) => parseInt(token.match(BYTE)[1], 16));
    found.fill("", start, end);
    bytes.forEach((byte, place) => {
      if (byte >> 6 === 2) return; // it goes on with a character
      const size = Math.max(1, Math.clz32(~(byte << 24)));
      found[start + place] = new TextDecoder().decode(new Uint8Array(bytes.slice(place, place + size)));
    });
    start = end;
  }
  return found;
}

/** What each token adds to the text: words with a space before them, word pieces and characters without. */
export function readablePieces(written) {
  const tokens = decoded(written);
  if (tokens.some((token) => token.includes(SPACE))) {
    const pieces = tokens.map((token) => token.replaceAll(SPACE, " "));
    return [pieces[0].replace(/^ /, ""), ...pieces.slice(1)];
  }
  if (tokens.includes(" ")) return [...tokens]; // no tokenizer but that of characters has such a token
  let joined = true;
  return tokens.map((token) => {
    const gap = joined || token.startsWith(JOINER) ? "" : " ";
    joined = token.endsWith(JOINER);
    return gap + token.replaceAll(JOINER, "");
  });
}

/**
 * The text cut up by its tokens, whose spelling it keeps: a piece each, with the space before it, and one for what is
 * left. Null if a token is not found where it should be, as when the tokenizer has turned it into something else.
 */
export function piecesOf(text, tokens) {
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return null; // few letters, such as İ, become two
  const found = [];
  let end = 0;
  for (const token of readablePieces(tokens)) {
    const word = token.trim();
    const start = lower.indexOf(word.toLowerCase(), end);
    if (start < 0 || /[\p{L}\p{N}]/u.test(text.slice(end, start))) return null;
    found.push(text.slice(end, start + word.length));
    end = start + word.length;
  }
  return [...found, text.slice(end)];
}

/** The tokens grouped into words, `{text, places}` of each; punctuation stands alone, the end of the text too. */
export function words(tokens) {
  const found = [];
  let inside = false;
  let gaps = []; // tokens that are a space alone: they belong to the word that they begin
  readablePieces(tokens).forEach((piece, place) => {
    const isEnd = tokens[place] === "</s>";
    const text = isEnd ? "end" : piece.trim();
    const isWord = /[\p{L}\p{M}\p{N}]/u.test(text) && !isEnd;
    if (BYTE.test(tokens[place]) && !piece && found.length) {
      found.at(-1).places.push(place); // the rest of a character
      return;
    }
    if (!text) {
      gaps.push(place);
    } else if (inside && isWord && !piece.startsWith(" ")) {
      found.at(-1).text += text;
      found.at(-1).places.push(place);
    } else {
      found.push({ text, places: [...gaps, place], isEnd });
      gaps = [];
    }
    inside = isWord && !piece.endsWith(" ");
  });
  found.at(-1)?.places.push(...gaps);
  return found;
}
