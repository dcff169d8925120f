/** A person at a browser watches three real boards: one loses its power, a rollout goes round, a pod is looked into. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browser, signIn, violations, type WatchedPage } from "../dashboard/browser.ts";
import { podsOn } from "./fleet-view.ts";
import { type Lab, upLab } from "./lab.ts";
import { brambleProgram, runOn } from "./lab-board.ts";
import { boardPaths } from "./lab-names.ts";
import { boardNamed } from "./lab-record.ts";
import { MosquittoSub } from "./mosquitto-sub.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-dashboard";
const boards = ["b1", "b2", "b3"];
const sample = join(import.meta.dirname, "../../config/samples/hello-daemonset.yaml");
/** A second is the goal; whatever else this machine does meanwhile must not make the test fail. */
const liveMsMax = 2_000;

let lab: Lab;
let token: string;
let url: string;
let sub: MosquittoSub;
let browser: Browser;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 3, voters: 1, bramble: true, say: () => {} });
  await lab.kubectl(["apply", "-f", "-"], await talkative());
  await podsOn(lab, "hello", boards);
  const voter = boardNamed(lab.record, "b1");
  const dataDir = boardPaths(name, "b1").bramble;
  const printed = await runOn(lab.record, voter)([brambleProgram, "dashboard", "--data-dir", dataDir]);
  [token = ""] = printed.split("\n");
  [url = ""] = /https:\/\/\S+/.exec(printed) ?? [];
  const filter = `bramble/${name}/telemetry/v1/nodes/+/status`;
  const caFile = join(dataDir, "pki", "ca.crt");
  sub = new MosquittoSub({ host: voter.address, caFile, user: "test", token, filter });
  browser = await Browser.open();
  watched = await browser.page();
  ({ page } = watched);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await sub?.close();
  await removeLab(name);
});

/** The sample, which also writes a line each second. */
async function talkative(): Promise<string> {
  const text = await readFile(sample, "utf8");
  const speaker = [
    "        - name: speaker",
    "          image: bramble/hello:1",
    "          imagePullPolicy: IfNotPresent",
    '          command: ["sh", "-c", "i=0; while true; do i=$((i+1)); echo line $i; sleep 1; done"]',
  ].join("\n");
  return text.replace("      containers:\n", `      containers:\n${speaker}\n`);
}

const row = (text: string) => page.locator("tr", { has: page.getByRole("link", { name: text, exact: true }) });

describe("a person who signs in with what `bramble dashboard` prints", () => {
  it("is refused with another token, and sees the fleet with this one", async () => {
    await signIn(page, url, `${token.slice(0, -4)}AAAA`);
    await page.getByRole("alert").getByText("This token is not valid").waitFor();
    await signIn(page, url, token);
    for (const board of boards) await row(board).getByText("ready", { exact: true }).waitFor();
    await row("b1").getByText("leader").waitFor();
    await page.locator("tr", { hasText: "°C" }).or(row("b2").locator(".meter").first()).first().waitFor();
  });

  it("follows a log, and uses a terminal", async () => {
    const pods = await podsOn(lab, "hello", boards);
    const pod = pods.find(({ board }) => board === "b2")?.name ?? "";
    await page.goto(`${url}#/pods/default/${pod}/log`);
    const log = page.getByRole("log");
    await log
      .getByText(/^line \d+$/m)
      .first()
      .waitFor();
    const lines = async () => ((await log.textContent()) ?? "").trim().split("\n").length;
    const before = await lines();
    await waitUntil("the log has gone on", 15_000, async () => (await lines()) > before + 1);
    await page.goto(`${url}#/pods/default/${pod}/terminal`);
    await page.getByRole("button", { name: "Open a shell" }).click();
    await page.getByText("F6 leaves the terminal").waitFor();
    await page.keyboard.type("echo on $HOSTNAME: $((6*7))\n");
    await page.locator(".xterm-rows").getByText(`on ${pod}: 42`).waitFor();
  });

  it("watches a rollout that it began itself to the end", async () => {
    await page.goto(`${url}#/workloads/default/daemonsets/hello`);
    await page.getByText("complete").first().waitFor();
    await page.getByRole("button", { name: "Restart" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Restart" }).click();
    const steps = page.getByRole("list", { name: "Board by board" });
    await page
      .getByText(/^\d of 3 updated/)
      .first()
      .waitFor({ timeout: 30_000 });
    await page.getByText("complete").first().waitFor({ timeout: 120_000 });
    await waitUntil("every board is updated", 10_000, async () => {
      return (await steps.getByText("updated", { exact: true }).count()) === boards.length;
    });
  });

  it("sees within a second of the fleet that a board has lost its power, and that it is back", async () => {
    await page.goto(`${url}#/fleet`);
    await row("b3").getByText("ready", { exact: true }).waitFor();
    const said = () => JSON.parse(sub.latest(`bramble/${name}/telemetry/v1/nodes/b3/status`)?.payload ?? "{}");
    await lab.kill("b3");
    await row("b3").getByText("offline").waitFor({ timeout: 30_000 });
    const seenMs = performance.now();
    await waitUntil("the fleet says so", 10_000, () => said().state === "offline");
    const toldMs = sub.latest(`bramble/${name}/telemetry/v1/nodes/b3/status`)?.atMs ?? 0;
    console.log(`dashboard: b3 was seen offline ${(seenMs - toldMs).toFixed(0)} ms after a tool was told`);
    expect(seenMs - toldMs).toBeLessThan(liveMsMax);
    expect(await row("b3").getAttribute("class")).toBe("is-stale");
    await lab.start("b3");
    await row("b3").getByText("ready", { exact: true }).waitFor({ timeout: 90_000 });
  });

  it("has a page that broke no rule of its policy", async () => {
    expect(await violations(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });
});

describe("a page of another site", () => {
  it("is not let in where the voter's own is", async () => {
    const socket = url.replace("https", "wss").replace("dashboard/", "mqtt");
    const outcomeOf = (of: Page) =>
      of.evaluate(`new Promise((done) => {
        const socket = new WebSocket("${socket}", "mqtt");
        socket.onopen = () => done("open");
        socket.onclose = () => done("closed");
      })`);
    expect(await outcomeOf(page)).toBe("open");
    const other = await browser.page();
    expect(await outcomeOf(other.page)).toBe("closed");
  });
});
