/** The few drawings of the page, on a grid of 16. They say nothing that words beside them do not. */
import type { ComponentChildren } from "preact";

const drawings = {
  fleet: (
    <>
      <rect x="2" y="3" width="5" height="4.5" rx="1" />
      <rect x="9" y="3" width="5" height="4.5" rx="1" />
      <rect x="2" y="9.5" width="5" height="4.5" rx="1" />
      <rect x="9" y="9.5" width="5" height="4.5" rx="1" />
    </>
  ),
  workloads: <path d="M8 1.8 14 5 8 8.2 2 5zM2.5 8 8 11l5.5-3M2.5 11 8 14l5.5-3" />,
  pods: <path d="M8 1.8 13.4 5v6L8 14.2 2.6 11V5zM2.8 5.1 8 8l5.2-2.9M8 8v6" />,
  mesh: (
    <>
      <circle cx="8" cy="3.5" r="1.8" />
      <circle cx="3.5" cy="12" r="1.8" />
      <circle cx="12.5" cy="12" r="1.8" />
      <path d="M7.2 5.1 4.3 10.4M8.8 5.1l2.9 5.3M5.3 12h5.4" />
    </>
  ),
  storage: (
    <>
      <ellipse cx="8" cy="4" rx="5.5" ry="2.2" />
      <path d="M2.5 4v8c0 1.2 2.5 2.2 5.5 2.2s5.5-1 5.5-2.2V4M2.5 8c0 1.2 2.5 2.2 5.5 2.2s5.5-1 5.5-2.2" />
    </>
  ),
  attention: <path d="M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.2" />,
  light: (
    <>
      <circle cx="8" cy="8" r="3" />
      <path d="M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1" />
    </>
  ),
  dark: <path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z" />,
  system: (
    <>
      <rect x="1.8" y="2.8" width="12.4" height="8.4" rx="1" />
      <path d="M5.5 14h5M8 11.2V14" />
    </>
  ),
  leave: <path d="M6.5 2.5h-4v11h4M10.5 5l3 3-3 3M13.3 8H6" />,
  back: <path d="M9.5 3.5 5 8l4.5 4.5" />,
} satisfies Record<string, ComponentChildren>;

export type IconName = keyof typeof drawings;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      {drawings[name]}
    </svg>
  );
}
