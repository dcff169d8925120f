/** The dashboard in a real Chromium: signing in, what it says and does, what it refuses, and who can use it. */
import { appendFile, readFile } from "node:fs/promises";
import { request } from "node:https";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { podWords, statusWords, workloadWords } from "../../src/dashboard/testing/telemetry-words.ts";
import { Browser, signIn, violations, type WatchedPage } from "./browser.ts";
import { FixtureFleet, mayDoAll, mayReadPods } from "./fixture-fleet.ts";
import { type SampleFleet, sampleFleet } from "./sample-fleet.ts";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const markup = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

let fixture: FixtureFleet;
let sample: SampleFleet;
let browser: Browser;
let administrator: string;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  fixture = await FixtureFleet.open();
  sample = sampleFleet(fixture, 6, 12);
  administrator = await fixture.token("administrator", mayDoAll);
  const { uid } = await fixture.addPod("talker", "main", ["first line", `\u001b[31mred\u001b[0m ${markup}`]);
  fixture.say({ about: "pod", namespace: "default", name: "talker" }, podWords({ uid }));
  browser = await Browser.open();
  watched = await browser.page();
  ({ page } = watched);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await fixture?.[Symbol.asyncDispose]();
});

const row = (name: string) => page.locator("tr", { has: page.getByRole("link", { name, exact: true }) });
const go = (hash: string) => page.goto(`${fixture.url}${hash}`);

describe("signing in", () => {
  it("is refused with a wrong token, in words", async () => {
    await signIn(page, fixture.url, "eyJhbGciOiJFUzI1NiJ9.e30.AAAA");
    await page.getByRole("alert").getByText("This token is not valid").waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);
  });

  it("shows the fleet, and keeps the token nowhere but in the page", async () => {
    await signIn(page, fixture.url, administrator);
    await row("pi-6").getByText("ready").waitFor();
    await row("pi-1").getByText("leader").waitFor();
    const kept = await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])");
    expect(kept).not.toContain(administrator.slice(-40));
    await page.reload();
    await page.getByLabel("Token").waitFor();
  });

  it("is kept for the tab where the person says so, until signing out", async () => {
    await page.getByLabel("Token").fill(administrator);
    await page.getByLabel("Keep it until this tab is closed").check();
    await page.getByRole("button", { name: "Sign in" }).click();
    await row("pi-1").waitFor();
    await page.reload();
    await row("pi-1").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.reload();
    await page.getByLabel("Token").waitFor();
  });

  it("shows a user what the user's roles allow, and offers no more", async () => {
    await signIn(page, fixture.url, await fixture.token("guest"));
    await page.getByText("You may not see boards, the fleet as a whole").waitFor();
    expect(await page.getByRole("link", { name: "pi-1", exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "Sign out" }).click();
    await signIn(page, fixture.url, await fixture.token("viewer", mayReadPods));
    await go("#/pods/default/talker/terminal");
    await page.getByText("Your roles do not allow commands").waitFor();
    expect(await page.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Sign out" }).click();
  });
});

describe("once signed in, the page", () => {
  beforeAll(async () => {
    await signIn(page, `${fixture.url}#/fleet`, administrator);
    await row("pi-6").waitFor();
  });

  it("shows a change of a board's state within a second", async () => {
    const offline = statusWords({ state: "offline", ready: false, reason: "nothing was heard of it for 6 s" });
    const before = performance.now();
    fixture.say({ about: "node", node: "pi-5", what: "availability" }, "offline");
    fixture.say({ about: "node", node: "pi-5", what: "status" }, offline);
    await row("pi-5").getByText("offline").waitFor();
    const ms = performance.now() - before;
    console.log(`dashboard: a board's state from the broker to the page in ${ms.toFixed(0)} ms`);
    expect(ms).toBeLessThan(1_000);
    expect(await row("pi-5").getAttribute("class")).toBe("is-stale");
  });

  it("follows a rollout board by board to its end", async () => {
    await go("#/workloads/default/daemonsets/sensor");
    const say = (states: readonly ("updated" | "updating" | "outdated" | "offline")[]) => {
      const updated = states.filter((state) => state === "updated").length;
      fixture.say(
        { about: "workload", namespace: "default", resource: "daemonsets", name: "sensor" },
        workloadWords({
          ...{ desired: 3, updated, ready: updated, available: updated },
          complete: states.every((state) => state === "updated" || state === "offline"),
          boards: states.map((state, index) => ({ node: `pi-${index + 1}`, state })),
        }),
      );
    };
    say(["updating", "outdated", "offline"]);
    await page.getByText("0 of 2 updated, 1 away, served on return").first().waitFor();
    say(["updated", "updating", "offline"]);
    await page.getByText("1 of 2 updated, 1 away, served on return").first().waitFor();
    say(["updated", "updated", "offline"]);
    await page.getByText("complete, 1 away, served on return").first().waitFor();
  });

  it("follows a log, whose markup stays text (hostile input 44)", async () => {
    await go("#/pods/default/talker/log");
    const log = page.getByRole("log");
    await log.getByText("first line").waitFor();
    await log.getByText(`red ${markup}`).waitFor();
    await appendFile(fixture.logOf("main"), "written while it is followed\n");
    await log.getByText("written while it is followed").waitFor();
    expect(await log.locator("img, script").count()).toBe(0);
    expect(await page.title()).toBe("talker – Bramble");
  });

  it("opens a terminal", async () => {
    await go("#/pods/default/talker/terminal");
    await page.getByRole("button", { name: "Open a shell" }).click();
    await page.getByText("F6 leaves the terminal").waitFor();
    await page.keyboard.type("echo seven times six is $((7*6))\n");
    await page.locator(".xterm-rows").getByText("seven times six is 42").waitFor();
    await page.keyboard.press("F6");
    expect(await page.evaluate("document.activeElement?.textContent")).toBe("Open another");
  });

  it("acts in the user's name, after asking", async () => {
    await go("#/pods/default/talker/events");
    await page.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("hello will make another one in its place.").waitFor();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("talker is being deleted.").waitFor();
    const { body } = await fixture.https.fleet.get("/api/v1/namespaces/default/pods/talker");
    expect(body.metadata?.deletionTimestamp ?? body.code).toBeDefined();
  });

  it("says what the server answers when it refuses", async () => {
    await go("#/boards/pi-1");
    await page.getByRole("button", { name: "Cordon" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cordon" }).click();
    await page.getByText('nodes "pi-1" not found').waitFor();
  });

  it("shows markup in names and messages as what it is (hostile input 44)", async () => {
    fixture.say(
      { about: "pod", namespace: "default", name: markup.replaceAll("/", "") },
      podWords({ status: markup, node: markup }),
    );
    fixture.say(
      { about: "attention", id: "evil" },
      { severity: "critical", title: markup, advice: markup, since: "2026-01-01T00:00:00Z" },
    );
    await go("#/pods");
    await page.getByText("onerror").first().waitFor();
    await go("#/attention");
    await page.getByRole("heading", { name: "onerror" }).waitFor();
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.title()).toBe("Attention – Bramble");
  });

  it("can be used with the keyboard alone", async () => {
    await go("#/fleet");
    await row("pi-1").waitFor();
    await page.keyboard.press("Shift+Tab");
    for (let presses = 0; presses < 20 && (await focused()) !== "Skip to content"; presses += 1) {
      await page.keyboard.press("Shift+Tab");
    }
    expect(await focused()).toBe("Skip to content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement?.getAttribute('aria-label')")).toBe("Filter boards");
    await page.keyboard.type("pi-2");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("pi-2");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "pi-2" }).waitFor();
    expect(await focused()).toBe("pi-2");
  });

  it("has nothing that axe would object to, in light and dark", async () => {
    await page.evaluate(await readFile(axe, "utf8"));
    for (const hash of ["#/fleet", "#/boards/pi-1", "#/workloads", "#/pods", "#/mesh", "#/storage", "#/attention"]) {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await go(hash);
        expect(await objections(page), `${hash} in ${colorScheme}`).toEqual([]);
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
  });

  it("says when it is cut off, greys out what may be old, and comes back by itself", async () => {
    await go("#/fleet");
    fixture.door.isShut = true;
    fixture.dropReaders();
    await page.getByText("No connection to this voter.").waitFor();
    await page.getByRole("link", { name: "pi-2", exact: true }).last().waitFor();
    expect(await row("pi-1").first().getAttribute("class")).toBe("is-stale");
    fixture.say({ about: "pod", namespace: "default", name: "hello-0001" }, undefined);
    fixture.door.isShut = false;
    await page.getByText("No connection to this voter.").waitFor({ state: "detached", timeout: 30_000 });
    sample.measure();
    await page.waitForFunction("document.querySelector('tr.is-stale')?.textContent?.includes('pi-5') === true");
    await go("#/pods");
    await page.getByRole("link", { name: "hello-0002" }).waitFor();
    await page.getByRole("link", { name: "hello-0001" }).waitFor({ state: "detached" });
  });

  it("has broken no rule of its policy, and made no error, all the while", async () => {
    expect(await violations(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });
});

describe("pages of other sites", () => {
  it.each(["/mqtt", "/api/v1/namespaces/default/pods/talker/exec"])("may not open %s", async (path) => {
    const origin = "https://evil.example";
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = {
        ...{ connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", origin },
        ...{ "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==", "sec-websocket-protocol": "mqtt" },
        authorization: `Bearer ${administrator}`,
      };
      const call = request({ ...fixture.https.options({ as: undefined, headers }), path });
      call.on("response", ({ statusCode }) => resolve(statusCode));
      call.on("upgrade", (_, socket) => {
        socket.destroy();
        resolve(101);
      });
      call.on("error", reject);
      call.end();
    });
    expect(status).toBe(403);
  });
});

function focused(): Promise<string | null | undefined> {
  return page.evaluate("document.activeElement?.textContent");
}

/** Of WCAG 2.1, levels A and AA. */
async function objections(of: Page): Promise<readonly string[]> {
  const result: AxeResults = await of.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })");
  return result.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html }) => html)
        .slice(0, 3)
        .join(" ")}`,
  );
}
