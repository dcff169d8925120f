/** Light, dark, or as the system has it; remembered by the browser, since it is nobody's secret. */
import { effect, signal } from "@preact/signals";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const kept = "bramble.theme";

export const theme = signal<Theme>(themes.find((each) => each === localStorage.getItem(kept)) ?? "system");
/** A new value whenever colours have changed, for what draws with them by itself. */
export const paint = signal(0);

effect(() => {
  localStorage.setItem(kept, theme.value);
  document.documentElement.dataset["theme"] = theme.value;
  paint.value = paint.peek() + 1;
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  paint.value += 1;
});

/** The value of a custom property as it is now. */
export function colour(name: string): string {
  return colourProbe(`var(${name})`);
}

/** `light-dark()` is resolved only where it is used. */
function colourProbe(value: string): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  document.body.append(probe);
  const computed = getComputedStyle(probe).color;
  probe.remove();
  return computed;
}
