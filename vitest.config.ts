import { defineConfig } from "vitest/config";

/** A test's suffix names what it needs; each need is a project, so that what runs where is one list. */
const needs = ["broker", "docker", "root", "lab", "install", "image"] as const;

const project = (name: string, include: string[], rest: Record<string, unknown> = {}) => ({
  test: { name, include, environment: "node", ...rest },
});

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/closing-line-reporter.ts"],
    passWithNoTests: false,
    projects: [
      project(
        "unit",
        [
          "src/**/*.test.ts",
          "scripts/**/*.test.ts",
          "test/{architecture,disk,install,integration,linearizability,support}/**/*.test.ts",
        ],
        {
          exclude: needs.map((need) => `**/*.${need}.test.ts`),
          testTimeout: 20_000,
        },
      ),
      project("simulation", ["test/simulation/**/*.test.ts"], { testTimeout: 300_000 }),
      project("broker", ["{src,test}/**/*.broker.test.ts"], { testTimeout: 30_000 }),
      project("docker", ["{src,test}/**/*.docker.test.ts"], {
        globalSetup: "./test/support/docker-global-setup.ts",
        fileParallelism: false,
        testTimeout: 60_000,
        hookTimeout: 60_000,
      }),
      project("root", ["{src,test}/**/*.root.test.ts"], { fileParallelism: false, testTimeout: 60_000 }),
      // Hours of emulation on a small machine: only when asked for, by `scripts/test --image`.
      ...(process.env["BRAMBLE_TEST_IMAGE"] === "1"
        ? [
            project("image", ["test/image/**/*.image.test.ts"], {
              fileParallelism: false,
              testTimeout: 3_600_000,
              hookTimeout: 600_000,
            }),
          ]
        : []),
      project("lab", ["test/lab/**/*.lab.test.ts"], {
        fileParallelism: false,
        testTimeout: 600_000,
        hookTimeout: 300_000,
      }),
      // Minutes long, so on request only: scripts/test --install.
      ...(process.env["BRAMBLE_TEST_INSTALL"] === "1"
        ? [
            project("install", ["test/install/**/*.install.test.ts"], {
              fileParallelism: false,
              testTimeout: 600_000,
              hookTimeout: 1_200_000,
            }),
          ]
        : []),
    ],
  },
});
