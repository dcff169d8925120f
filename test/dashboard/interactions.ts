/** How long a page takes from what a person does to what the person sees, as Chromium's event timing measures it. */
import type { Page } from "playwright-core";

/** Events that took less are not told of by the browser. */
const thresholdMs = 16;

const observe = `
  globalThis.__interactions = [];
  new PerformanceObserver((list) => {
    for (const { name, duration, interactionId } of list.getEntries()) {
      if (interactionId > 0) globalThis.__interactions.push({ name, duration, interactionId });
    }
  }).observe({ type: "event", durationThreshold: ${thresholdMs}, buffered: false });
`;

interface Entry {
  readonly name: string;
  readonly duration: number;
  readonly interactionId: number;
}

export interface Latencies {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/**
 * Wanders through every view of a large fleet, `rounds` times. `beat` is called before each step, so that the fleet goes
 * on talking meanwhile.
 */
export async function wander(page: Page, rounds: number, beat: () => void): Promise<Latencies> {
  await page.evaluate(observe);
  let steps = 0;
  const step = async (act: () => Promise<unknown>) => {
    beat();
    steps += 1;
    await act();
  };
  const view = async (name: string) => {
    await step(() => page.getByRole("navigation", { name: "Views" }).getByRole("link", { name }).click());
    await page.getByRole("heading", { level: 1, name }).waitFor();
  };
  for (let round = 0; round < rounds; round += 1) {
    await view("Fleet");
    await page.getByLabel("Filter boards").focus();
    for (const key of ["p", "i", "-", "1", "7", "Backspace", "Backspace"]) await step(() => page.keyboard.press(key));
    await step(() => page.getByText(/^In trouble/).click());
    await step(() => page.getByText(/^All \d/).click());
    await step(() => page.getByRole("link", { name: "pi-17", exact: true }).click());
    await page.getByRole("heading", { level: 1, name: "pi-17" }).waitFor();
    await view("Workloads");
    await step(() => page.getByRole("link", { name: "hello", exact: true }).click());
    await page.getByRole("heading", { level: 1, name: "hello" }).waitFor();
    await view("Pods");
    await page.getByLabel("Filter pods").focus();
    for (const key of ["h", "e", "l", "0", "Backspace"]) await step(() => page.keyboard.press(key));
    await step(() => page.mouse.wheel(0, 20_000));
    await view("Mesh");
    await view("Storage");
    await view("Attention");
  }
  // Entries come when their frame has been painted.
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))");
  const entries: readonly Entry[] = await page.evaluate("globalThis.__interactions");
  const longest = new Map<number, number>();
  for (const { interactionId, duration } of entries) {
    longest.set(interactionId, Math.max(duration, longest.get(interactionId) ?? 0));
  }
  const told = Array.from(longest.values());
  // Those that nothing was told of were faster than the threshold.
  const durations = [...told, ...Array.from({ length: Math.max(steps - told.length, 0) }, () => thresholdMs)].sort(
    (one, other) => one - other,
  );
  const at = (share: number) => durations[Math.min(Math.floor(share * durations.length), durations.length - 1)] ?? 0;
  return { count: durations.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}
