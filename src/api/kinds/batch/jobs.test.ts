import { describe, expect, it } from "vitest";
import { cells, created, kindUnderTest, wrong, wrongUpdate } from "../../testing/kind-under-test.ts";

const nowMs = Date.parse("2026-01-01T00:05:03Z");
const metadata = { name: "sum", namespace: "default", uid: "u1", creationTimestamp: "2026-01-01T00:00:00Z" };
const pod = { containers: [{ name: "a", image: "b:1" }], restartPolicy: "Never" };
const template = { spec: pod };
const job = kindUnderTest("batch/v1", "Job");
const cronJob = kindUnderTest("batch/v1", "CronJob");
const ownLabels = {
  "batch.kubernetes.io/controller-uid": "u1",
  "batch.kubernetes.io/job-name": "sum",
  "controller-uid": "u1",
  "job-name": "sum",
};

describe("a minimal Job", () => {
  it("runs one pod to its end, selected by the Job's uid", () => {
    expect(created(job, { metadata, spec: { template } })).toMatchObject({
      spec: {
        parallelism: 1,
        completions: 1,
        backoffLimit: 6,
        completionMode: "NonIndexed",
        suspend: false,
        manualSelector: false,
        podReplacementPolicy: "TerminatingOrFailed",
        selector: { matchLabels: { "batch.kubernetes.io/controller-uid": "u1" } },
        template: { metadata: { labels: ownLabels } },
      },
      status: {},
    });
  });

  it.each([
    [
      "a number of pods at once is no number of completions",
      { parallelism: 2 },
      { parallelism: 2, completions: undefined },
    ],
    [
      "a limit for each number leaves the Job's own open",
      { completionMode: "Indexed", completions: 2, backoffLimitPerIndex: 1 },
      { backoffLimit: 2 ** 31 - 1 },
    ],
    [
      "a policy on failures waits for pods to have failed",
      { podFailurePolicy: { rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [42] } }] } },
      { podReplacementPolicy: "Failed" },
    ],
    [
      "a selector of one's own",
      { manualSelector: true, selector: { matchLabels: {} } },
      { selector: { matchLabels: {} } },
    ],
  ])("%s", (_, spec, expected) => {
    const object = created(job, { metadata, spec: { template, ...spec } });
    for (const [field, value] of Object.entries(expected)) expect(object.spec[field]).toEqual(value);
  });
});

describe("what is wrong with a Job", () => {
  const always = { spec: { ...pod, restartPolicy: "Always" } };
  const cases: [string, object, string[]][] = [
    [
      "pods that never end",
      { template: always },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      "another Job's labels",
      { template: { ...template, metadata: { labels: { ...ownLabels, "batch.kubernetes.io/controller-uid": "u2" } } } },
      ["spec.selector: Required value"],
    ],
    [
      "a selector that is not the Job's",
      { template, selector: { matchLabels: { a: "b" } } },
      ['spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` not auto-generated'],
    ],
    [
      "numbers without an end",
      { template, completionMode: "Indexed", parallelism: 1 },
      ["spec.completions: Required value: when completion mode is Indexed"],
    ],
    [
      "a negative limit",
      { template, backoffLimit: -1 },
      ["spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0"],
    ],
    [
      "a limit for numbers that there are not",
      { template, backoffLimitPerIndex: 1 },
      ["spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"],
    ],
    [
      "a limit of failed numbers without one for each",
      { template, completionMode: "Indexed", completions: 2, maxFailedIndexes: 1 },
      ["spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"],
    ],
    [
      "a pod of nothing",
      { template: {} },
      [
        "spec.template.spec.containers: Required value",
        'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
      ],
    ],
    [
      "success as a failure",
      { template, podFailurePolicy: { rules: [{ action: "Ignore", onExitCodes: { operator: "In", values: [0] } }] } },
      ["spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator"],
    ],
    [
      "a rule about nothing",
      { template, podFailurePolicy: { rules: [{ action: "Ignore" }] } },
      [
        'spec.podFailurePolicy.rules[0]: Invalid value: "": specifying one of OnExitCodes and OnPodConditions is required',
      ],
    ],
    [
      "success of no numbers",
      { template, successPolicy: { rules: [{ succeededCount: 1 }] } },
      ['spec.successPolicy: Invalid value: {"rules":[{"succeededCount":1}]}: requires indexed completion mode'],
    ],
  ];
  it("numbers that the pods' host names cannot carry", () => {
    const name = "x".repeat(62);
    const body = { metadata: { ...metadata, name }, spec: { template, completionMode: "Indexed", completions: 11 } };
    expect(wrong(job, body)).toEqual([
      `metadata.name: Invalid value: "${name}": will not able to create pod with invalid DNS label: ${name}-10`,
    ]);
  });

  it.each(cases)("%s", (_, spec, causes) => {
    expect(wrong(job, { metadata, spec })).toEqual(causes);
  });

  it("keeps template and completions once it runs, and may be suspended", () => {
    const current = created(job, { metadata, spec: { template } });
    const change = (spec: object) => wrongUpdate(job, current, { ...current, spec: { ...current.spec, ...spec } });
    expect(change({ suspend: true, parallelism: 3 })).toEqual([]);
    expect(change({ completions: 3 })).toEqual(["spec.completions: Invalid value: 3: field is immutable"]);
    const slower = {
      ...current.spec.template,
      spec: { ...current.spec.template.spec, terminationGracePeriodSeconds: 1 },
    };
    expect(change({ template: slower })).toEqual([
      expect.stringMatching(/^spec\.template: Invalid value: .*: field is immutable$/),
    ]);
  });

  it("may be placed while it is suspended and has not started", () => {
    const current = created(job, { metadata, spec: { template, suspend: true } });
    const placed = { ...current.spec.template, spec: { ...current.spec.template.spec, nodeSelector: { a: "b" } } };
    const next = { ...current, spec: { ...current.spec, template: placed } };
    expect(wrongUpdate(job, current, next)).toEqual([]);
  });
});

describe("a CronJob", () => {
  const spec = { schedule: "*/5 * * * *", jobTemplate: { spec: { template } } };

  it("is defaulted, and its Jobs are not yet", () => {
    const object = created(cronJob, { metadata, spec });
    expect(object.spec).toMatchObject({
      concurrencyPolicy: "Allow",
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: { metadata: {}, spec: { template: { spec: { dnsPolicy: "ClusterFirst" } } } },
    });
    expect(object.spec.jobTemplate.spec).not.toHaveProperty("backoffLimit");
  });

  const cases: [string, object, string[]][] = [
    [
      "a schedule of four fields",
      { schedule: "* * * *" },
      ['spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]'],
    ],
    [
      "a zone that is none",
      { timeZone: "Mars/Olympus" },
      ['spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus'],
    ],
    [
      "a zone in the schedule",
      { schedule: "TZ=UTC 0 * * * *" },
      [
        'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      ],
    ],
    [
      "Jobs that never end",
      { jobTemplate: { spec: { template: { spec: { ...pod, restartPolicy: "Always" } } } } },
      ['spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
  ];
  it.each(cases)("refuses %s", (_, rest, causes) => {
    expect(wrong(cronJob, { metadata, spec: { ...spec, ...rest } })).toEqual(causes);
  });

  it("leaves room in its name for those of its Jobs", () => {
    const name = "x".repeat(53);
    expect(wrong(cronJob, { metadata: { ...metadata, name }, spec })).toEqual([
      `metadata.name: Invalid value: "${name}": must be no more than 52 characters`,
    ]);
  });

  it("shows its schedule and its last Job", () => {
    const status = { active: [{ name: "sum-1" }], lastScheduleTime: "2026-01-01T00:05:00Z" };
    expect(cells(cronJob, { metadata, spec, status }, nowMs)).toEqual({
      Name: "sum",
      Schedule: "*/5 * * * *",
      Suspend: "False",
      Active: 1,
      "Last Schedule": "3s",
      Age: "5m3s",
      Containers: "a",
      Images: "b:1",
      Selector: "<none>",
    });
  });
});

describe("a Job's row", () => {
  const startTime = "2026-01-01T00:01:00Z";
  const cases: [object, object, object][] = [
    [{}, {}, { Completions: "0/1", Duration: "" }],
    [{ parallelism: 3 }, { succeeded: 1, startTime }, { Completions: "1/1 of 3", Duration: "4m3s" }],
    [
      { completions: 2 },
      { succeeded: 2, startTime, completionTime: "2026-01-01T00:01:30Z" },
      { Completions: "2/2", Duration: "30s" },
    ],
    [
      {},
      { startTime, conditions: [{ type: "Failed", status: "True", lastTransitionTime: "2026-01-01T00:01:10Z" }] },
      { Duration: "10s" },
    ],
  ];
  it.each(cases)("%j %j", (spec, status, expected) => {
    expect(cells(job, { metadata, spec: { template, ...spec }, status }, nowMs)).toMatchObject(expected);
  });
});
