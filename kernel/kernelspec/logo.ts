/**
 * The kernel's logo: the level curves of an ill-conditioned quadratic and a zigzag down to its
 * minimum, once as SVG text and once rasterised from the same shapes into a PNG.
 */
import { deflateSync } from "node:zlib";

const BACKGROUND = [0x2b, 0x3a, 0x67] as const;
const CURVES = [
  { radius: 26, colour: [0x6f, 0x8f, 0xd8] as const },
  { radius: 17, colour: [0x9b, 0xb8, 0xf0] as const },
  { radius: 8, colour: [0xd6, 0xe4, 0xff] as const },
];
const PATH_COLOUR = [0xff, 0xb3, 0x47] as const;
/** Height over width of the level curves. */
const ASPECT = 0.45;
const PATH: readonly (readonly [number, number])[] = [
  [9, 24],
  [17, 41],
  [23, 25],
  [27, 38],
  [30, 28],
  [32, 32],
];

type Colour = readonly [number, number, number];
const hex = (colour: Colour): string =>
  `#${colour.map((c) => c.toString(16).padStart(2, "0")).join("")}`;

export const logoSvg: string = [
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="curvlab">',
  `<rect width="64" height="64" rx="10" fill="${hex(BACKGROUND)}"/>`,
  ...CURVES.map(
    ({ radius, colour }) =>
      `<ellipse cx="32" cy="32" rx="${radius}" ry="${(radius * ASPECT).toFixed(2)}" fill="none" stroke="${hex(colour)}" stroke-width="2"/>`,
  ),
  `<polyline points="${PATH.map((p) => p.join(",")).join(" ")}" fill="none" stroke="${hex(PATH_COLOUR)}" stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round"/>`,
  "</svg>",
].join("");

/** The logo as a `size` × `size` PNG, four samples a pixel in each direction. */
export function drawLogoPng(size: number): Uint8Array {
  const samples = 4;
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0, 0];
      for (let i = 0; i < samples * samples; i++) {
        const x = ((column + ((i % samples) + 0.5) / samples) * 64) / size;
        const y = ((row + (Math.floor(i / samples) + 0.5) / samples) * 64) / size;
        const colour = colourAt(x, y);
        if (colour === undefined) continue;
        for (let c = 0; c < 3; c++) sum[c]! += colour[c]!;
        sum[3]! += 255;
      }
      const covered = sum[3]! / 255;
      const at = row * (size * 4 + 1) + 1 + column * 4;
      for (let c = 0; c < 3; c++) rows[at + c] = covered === 0 ? 0 : Math.round(sum[c]! / covered);
      rows[at + 3] = Math.round(sum[3]! / samples ** 2);
    }
  }
  return png(size, rows);
}

function colourAt(x: number, y: number): Colour | undefined {
  if (!insideRoundedSquare(x, y)) return undefined;
  const onPath = PATH.slice(1).some((end, i) => distanceToSegment([x, y], PATH[i]!, end) < 1.25);
  if (onPath) return PATH_COLOUR;
  for (const { radius, colour } of CURVES) {
    // The distance to an ellipse, to first order: the level's offset over its gradient.
    const [dx, dy] = [(x - 32) / radius, (y - 32) / (radius * ASPECT)];
    const gradient = 2 * Math.hypot(dx / radius, dy / (radius * ASPECT));
    if (Math.abs(dx * dx + dy * dy - 1) < gradient) return colour;
  }
  return BACKGROUND;
}

function insideRoundedSquare(x: number, y: number): boolean {
  const [dx, dy] = [Math.max(10 - x, x - 54, 0), Math.max(10 - y, y - 54, 0)];
  return Math.hypot(dx, dy) <= 10;
}

type Point = readonly [number, number];
function distanceToSegment([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [ux, uy] = [bx - ax, by - ay];
  const t = Math.min(1, Math.max(0, ((x - ax) * ux + (y - ay) * uy) / (ux * ux + uy * uy)));
  return Math.hypot(x - ax - t * ux, y - ay - t * uy);
}

function png(size: number, rows: Buffer): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits a channel, RGBA, no interlace
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
