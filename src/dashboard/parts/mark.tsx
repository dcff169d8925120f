/** The product's mark, drawn as the page's icon is. */
const drupelets: readonly (readonly [number, number, number])[] = [
  [11, 13, 3.9],
  [21, 13, 3.9],
  [16, 12.2, 3.9],
  [9.6, 18.6, 3.7],
  [22.4, 18.6, 3.7],
  [16, 19, 3.9],
  [12.6, 24, 3.5],
  [19.4, 24, 3.5],
  [16, 27, 2.8],
];

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path
        class="mark-leaf"
        d="M16 8.5C15 5.6 12.7 4 9.5 3.8c.4 3.2 2.7 5 6.5 4.7zM16 8.5c1-2.9 3.3-4.5 6.5-4.7-.4 3.2-2.7 5-6.5 4.7z"
      />
      <g class="mark-berry">
        {drupelets.map(([x, y, radius]) => (
          <circle key={`${x} ${y}`} cx={x} cy={y} r={radius} />
        ))}
      </g>
    </svg>
  );
}
