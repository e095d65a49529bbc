// From the bytes that Python packed to arrays (payload.py says how they are laid out).
//
// A model is the header with its blocks in place: `sound` (a WAV file), `predictions` (window,
// class), `codes` in each array, and in each segment `codes` (filter, window, frame, mel).
// `spectrogram` is the array called "input", with its axes.

const FORMAT = 4;

/** Split a buffer into its header and a function that finds a block. */
export function parse(bytes) {
  if (bytes.length < 4) throw new Error(`the stage needs a packed clip, but got ${bytes.length} bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 4 + view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, start)));
  if (header.format !== FORMAT) {
    throw new Error(`the stage reads format ${FORMAT}, but the clip came in format ${header.format}. Reload the page.`);
  }
  const block = (name) => {
    const { offset, bytes: length } = header.blocks[name];
    const found = bytes.subarray(start + offset, start + offset + length);
    if (found.length !== length) {
      throw new Error(`block ${name} must have ${length} bytes, but only ${found.length} arrived. Reload the page.`);
    }
    return found;
  };
  return { header, block };
}

/** Undo zlib's deflate with the browser's own code; yields the bytes as they come. */
async function* inflated(bytes) {
  const { readable, writable } = new DecompressionStream("deflate");
  const writer = writable.getWriter();
  // What goes wrong in writing goes wrong in reading too.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const reader = readable.getReader();
  for (let got = await reader.read(); !got.done; got = await reader.read()) yield got.value;
}

/** Inflate the parts of a block into one array, and add up what came as changes. */
async function unpacked({ shape, parts }, { block, layer }) {
  const [filters, steps, ...rest] = shape; // a step is a window, or a row that windows share
  const size = rest.reduce((product, n) => product * n, 1);
  const codes = new Uint8Array(filters * steps * size);
  let came = 0;
  for (const name of parts) {
    for await (const bytes of inflated(block(name))) {
      if (came + bytes.length <= codes.length) codes.set(bytes, came);
      came += bytes.length;
    }
  }
  if (came !== codes.length) {
    throw new Error(`${layer.name} must have ${codes.length} values, but ${came} arrived. Reload the page.`);
  }
  for (let start = 0; start < codes.length; start += steps * size) {
    for (let at = start + size; at < start + steps * size; at += 1) codes[at] += codes[at - size];
  }
  return codes;
}

/** Put windows together of their left ends, the rows that they share, and their right ends. */
function joined([left, rows, right], { hop, windows, maps, layer }) {
  const [atLeft, inRows, atRight] = maps.map(({ shape }) => shape.at(-2) * layer.mels);
  const ends = atLeft + atRight;
  const between = layer.frames * layer.mels - ends;
  const codes = new Uint8Array(layer.filters * windows * (ends + between));
  let at = 0;
  for (let filter = 0; filter < layer.filters; filter += 1) {
    for (let window = 0; window < windows; window += 1) {
      const index = filter * windows + window;
      const row = filter * inRows + window * hop * layer.mels;
      codes.set(left.subarray(index * atLeft, (index + 1) * atLeft), at);
      codes.set(rows.subarray(row, row + between), at + atLeft);
      codes.set(right.subarray(index * atRight, (index + 1) * atRight), at + atLeft + between);
      at += ends + between;
    }
  }
  return codes;
}

/** Decode a whole buffer into a model. */
export async function decode(bytes) {
  const { header, block } = parse(bytes);
  const { layer } = header;
  const segments = await Promise.all(
    header.segments.map(async (segment) => {
      const blocks = await Promise.all(segment.maps.map((maps) => unpacked(maps, { block, layer })));
      const codes = blocks.length === 1 ? blocks[0] : joined(blocks, { ...segment, layer });
      const expected = layer.filters * segment.windows * layer.frames * layer.mels;
      if (codes.length !== expected) {
        throw new Error(`${layer.name} must have ${expected} values, but ${codes.length} arrived. Reload the page.`);
      }
      return { ...segment, codes };
    }),
  );
  const arrays = header.arrays.map((array) => ({ ...array, codes: block(array.block) }));
  // slice(): a Float32Array must start at a multiple of four
  const scores = header.blocks.predictions ? block("predictions").slice() : null;
  return {
    ...header,
    segments,
    sound: block("sound"),
    predictions: scores && new Float32Array(scores.buffer),
    arrays,
    spectrogram: { ...arrays.find(({ name }) => name === "input"), ...header.spectrogram },
  };
}

/** Remembers what was decoded lately, up to so many bytes: going back to a layer inflates nothing. */
export function makeDecoder({ atMostBytes, decoded = decode }) {
  let known = []; // the latest first
  const size = ({ model }) => model.segments.reduce((sum, { codes }) => sum + codes.length, 0);
  return async (bytes) => {
    const found = known.find((one) => sameBytes(one.bytes, bytes)) ?? { bytes, model: await decoded(bytes) };
    let held = 0;
    known = [found, ...known.filter((one) => one !== found)].filter((one) => (held += size(one)) <= atMostBytes);
    return found.model;
  };
}

/** The segment that holds a window. */
export function segmentOf(model, window) {
  return model.segments.find((segment) => window < segment.first + segment.windows);
}

/** Index of a filter's map in its segment's codes. */
export function mapStart(model, segment, { filter, window }) {
  const { frames, mels } = model.layer;
  return (filter * segment.windows + window - segment.first) * frames * mels;
}

/** The activation behind a code. */
export function valueOf(segment, { filter, code }) {
  return segment.low[filter] + (code * (segment.high[filter] - segment.low[filter])) / 255;
}

/** Whether two buffers hold the same bytes. */
export function sameBytes(a, b) {
  if (a === b) return true;
  if (!a || !b || a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}
