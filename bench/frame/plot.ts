import type { Curve } from './bench.ts';
import { asCount, asTime, exponentOf } from './measure.ts';

const WIDTH = 460;
const HEIGHT = 260;
const EDGE = { left: 70, right: 24, top: 34, bottom: 44 };

/** One growth curve as an SVG picture: both axes logarithmic, so that a straight line of slope 1 is linear growth (drawn dashed). */
export function asSvg({ name, of, points }: Curve): string {
  const sizes = points.map(({ size }) => Math.log10(size));
  const times = points.map(({ seconds }) => Math.log10(Math.max(seconds, 1e-6)));
  const [fromX, toX] = [Math.min(...sizes), Math.max(...sizes)];
  const linear = sizes.map((size) => (times[0] ?? 0) + size - (sizes[0] ?? 0));
  const [fromY, toY] = [Math.min(...times, ...linear) - 0.15, Math.max(...times, ...linear) + 0.15];
  const x = (value: number) => EDGE.left + ((value - fromX) / (toX - fromX || 1)) * (WIDTH - EDGE.left - EDGE.right);
  const y = (value: number) => HEIGHT - EDGE.bottom - ((value - fromY) / (toY - fromY || 1)) * (HEIGHT - EDGE.top - EDGE.bottom);
  const path = (values: number[]) =>
    values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(sizes[index] ?? 0).toFixed(1)} ${y(value).toFixed(1)}`).join(' ');
  const marks = points.map(({ size, seconds }, index) => {
    const [left, top] = [x(sizes[index] ?? 0), y(times[index] ?? 0)];
    return [
      `<circle cx="${left.toFixed(1)}" cy="${top.toFixed(1)}" r="4" fill="#1f6feb"/>`,
      `<text x="${left.toFixed(1)}" y="${(top - 10).toFixed(1)}" text-anchor="middle">${asTime(seconds)}</text>`,
      `<text x="${left.toFixed(1)}" y="${HEIGHT - EDGE.bottom + 18}" text-anchor="middle">${asCount(size)}</text>`,
    ].join('\n  ');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11" fill="#444">
  <rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
  <text x="${EDGE.left}" y="20" font-size="13" fill="#111">${name}: size to the power of ${exponentOf(points).toFixed(2)}</text>
  <path d="M${EDGE.left} ${EDGE.top} V${HEIGHT - EDGE.bottom} H${WIDTH - EDGE.right}" fill="none" stroke="#999"/>
  <path d="${path(linear)}" fill="none" stroke="#aaa" stroke-dasharray="4 4"/>
  <path d="${path(times)}" fill="none" stroke="#1f6feb" stroke-width="2"/>
  ${marks.join('\n  ')}
  <text x="${(WIDTH + EDGE.left) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${of} (dashed: linear)</text>
</svg>
`;
}
