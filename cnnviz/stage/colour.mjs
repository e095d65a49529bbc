// From codes to colours, and what the colours mean.
//
// A ramp is 256 pixels as little-endian RGBA in a Uint32Array, ready for ImageData.

// Every fifth colour of matplotlib's maps of these names (van der Walt & Smith 2015; cividis:
// Nuñez, Anderton & Renslow 2018), all perceptually uniform and safe for colour-blind eyes.
const STOPS = {
  viridis:
    "44015446085c471063481769481d6f482475472a7a46307e453781433d844142873f48893d4e8a" +
    "3a538b38598c355e8d33638d31688e2e6d8e2c718e2a768e297b8e27808e25848e23898e218e8d" +
    "20928c1f978b1e9c891fa18821a58524aa8328ae802eb37c35b7793dbc7446c06f50c46a5ac864" +
    "65cb5e70cf577cd25089d54895d840a2da37b0dd2fbddf26cae11fd8e219e5e419f1e51dfde725",
  magma:
    "00000402020b0504160907200e0b2b140e361a104221114e29115a311165390f6e420f754a1079" +
    "52137c5a167e6219806a1c81721f81792282812581892881912b81992d80a1307eaa337db2357b" +
    "ba3878c23b75ca3e72d2426fd9466be04c67e75263ec5860f1605df4695cf7725cf97b5dfb8560" +
    "fc8e64fd9869fea16efeaa74feb47bfebd82fec68afecf92fed89afde2a3fdebacfcf4b6fcfdbf",
  cividis:
    "00224e002656002a5f002d68003070083370163770203a6f273e6e2e416d34456c3a486c3f4c6c" +
    "444f6c49536c4e566c535a6d575d6d5c616e60646f656870696b716d6f727272747676767a7a78" +
    "7e7d788381798885788d8878928c789690779b9476a09875a59c74aaa073afa471b5a86fbaac6d" +
    "bfb06bc4b468c9b965cfbd62d4c15fdac65bdfca57e5cf52ead34cf0d846f6dd3ffce236fee838",
  inferno:
    "00000402020c0504170a072210092d160b391e0c45260c512f0a5b380962400a67490b6a510e6c" +
    "59106e61136e69166e71196e781c6d801f6c88226a902568982766a02a63a82e5fb0315bb73557" +
    "bf3952c63d4dcc4248d34743d94d3ddf5337e45a31e9612bed6925f1711ff47918f78212f98b0b" +
    "fa9407fb9d07fca60cfcb014fbba1ffac42af8cd37f6d746f4e156f2ea69f2f27df5f992fcffa4",
};

export const COLOURS = Object.keys(STOPS);

/** The ramp of a colour map's name. */
export function rampOf(name) {
  const stops = STOPS[name].match(/.{6}/g).map((hex) => parseInt(hex, 16));
  const ramp = new Uint32Array(256);
  for (let code = 0; code < 256; code += 1) {
    const place = (code / 255) * (stops.length - 1);
    const left = Math.min(Math.floor(place), stops.length - 2);
    const part = place - left;
    const channel = (shift) => {
      const [a, b] = [(stops[left] >> shift) & 255, (stops[left + 1] >> shift) & 255];
      return Math.round(a + (b - a) * part);
    };
    ramp[code] = ((255 << 24) | (channel(0) << 16) | (channel(8) << 8) | channel(16)) >>> 0;
  }
  return ramp;
}

/** Lowest and highest activation of one filter over the whole clip. */
export function filterRange(model, filter) {
  const lows = model.segments.map((segment) => segment.low[filter]);
  const highs = model.segments.map((segment) => segment.high[filter]);
  return [Math.min(...lows), Math.max(...highs)];
}

/** Lowest and highest activation of the layer over the whole clip. */
export function layerRange(model) {
  let [low, high] = [Infinity, -Infinity];
  for (const segment of model.segments) {
    for (const value of segment.low) low = Math.min(low, value);
    for (const value of segment.high) high = Math.max(high, value);
  }
  return [low, high];
}

/** Whether a filter never moves in this clip. */
export function isDead(model, filter) {
  const [low, high] = filterRange(model, filter);
  return low === high;
}

/**
 * Colours of every code of a segment, filter after filter: 256 pixels each.
 *
 * scale "layer" colours an activation by its place in the layer's range, "filter" by its place in
 * its own filter's. Both ranges span the clip, so a colour means the same from frame to frame.
 */
export function coloursOf(model, segment, { ramp, scale }) {
  const { filters } = model.layer;
  const shared = layerRange(model);
  const pixels = new Uint32Array(filters * 256);
  for (let filter = 0; filter < filters; filter += 1) {
    const [low, high] = scale === "filter" ? filterRange(model, filter) : shared;
    const spread = high - low || 1;
    const start = (segment.low[filter] - low) / spread;
    const step = (segment.high[filter] - segment.low[filter]) / spread / 255;
    for (let code = 0; code < 256; code += 1) {
      pixels[filter * 256 + code] = ramp[Math.round(Math.min(1, start + code * step) * 255)];
    }
  }
  return pixels;
}
