/** A real Chromium, and pages in it that note whatever goes wrong in them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

const flags = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
];

/** Runs in the page. */
const noteViolations = `
  globalThis.__violations = [];
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    globalThis.__violations.push(violatedDirective + " " + blockedURI);
  });
`;

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly isDark?: boolean;
}

export class Browser implements AsyncDisposable {
  readonly #context: BrowserContext;
  readonly #profile: string;

  private constructor(context: BrowserContext, profile: string) {
    this.#context = context;
    this.#profile = profile;
  }

  static async open({ width = 1280, height = 860, isDark = false }: PageOptions = {}): Promise<Browser> {
    const profile = await mkdtemp(join(tmpdir(), "bramble-chromium-"));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: process.env["BRAMBLE_CHROMIUM"] ?? "/usr/bin/chromium",
      args: flags,
      headless: true,
      // The fleet's CA is nobody's but its own.
      ignoreHTTPSErrors: true,
      viewport: { width, height },
      colorScheme: isDark ? "dark" : "light",
      locale: "en-GB",
    });
    return new Browser(context, profile);
  }

  async page(): Promise<WatchedPage> {
    const page = await this.#context.newPage();
    page.setDefaultTimeout(15_000);
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (/content security|trusted/i.test(message.text())) complaints.push(message.text());
    });
    await page.addInitScript({ content: noteViolations });
    return { page, complaints };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    await rm(this.#profile, { recursive: true, force: true });
  }
}

export interface WatchedPage {
  readonly page: Page;
  /** Errors that nobody caught, and what the page's policy has refused, in words. */
  readonly complaints: string[];
}

/** What the page's policy has refused since it was loaded. */
export function violations(page: Page): Promise<readonly string[]> {
  return page.evaluate("globalThis.__violations");
}

export async function signIn(page: Page, url: string, token: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
}
