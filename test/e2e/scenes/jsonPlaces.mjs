// Where the characters of a JSON string stand in its source, told independently of the product.

/**
 * @param {string} source a line of JSON
 * @param {string} content a string in it
 * @param {string} key the key before it
 * @returns {number[]} for each UTF-16 unit of the content, and for its end, the offset in the source
 */
export function placesOf(source, content, key) {
  for (let from = source.indexOf(`"${key}": "`); from >= 0; from = source.indexOf(`"${key}": "`, from + 1)) {
    const start = from + `"${key}": "`.length;
    const places = walk(source, start);
    if (JSON.parse(`"${source.slice(start, places.at(-1))}"`) === content) return places;
  }
  throw new Error(`no "${key}" of ${source} says ${content}`);
}

function walk(source, start) {
  const places = [];
  let at = start;
  while (source[at] !== '"') {
    places.push(at);
    at += source[at] !== '\\' ? 1 : source[at + 1] === 'u' ? 6 : 2;
  }
  return [...places, at];
}

/** The column that the status bar shows at an offset of a line: it counts characters from 1, a pair of surrogates as one. */
export const columnAt = (line, offset) => [...line.slice(0, offset)].length + 1;
