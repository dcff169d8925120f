import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duplicateFields } from "./duplicate-fields.ts";
import { parseYamlText } from "./yaml-text.ts";

const paths = (text: string) => duplicateFields(text).map(({ path }) => path);

describe("duplicateFields", () => {
  it.each<[string, string[]]>([
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', []],
    ['{"a":1,"a":2}', ["a"]],
    ['{"spec":{"paused":true,"replicas":1,"paused":false}}', ["spec.paused"]],
    ['{"spec":{"containers":[{"name":"a"},{"name":"b","image":"x","name":"c"}]}}', ["spec.containers[1].name"]],
    ['{"a":[[1,2],[{"b":1,"b":2}]]}', ["a[1][0].b"]],
    ['{"a":1,"\\u0061":2}', ["a"]],
    ['{"a":"{\\"b\\":1,\\"b\\":2}"}', []],
    ['{"a":["b","b"],"b":"a"}', []],
    ['{"__proto__":1,"__proto__":2}', ["__proto__"]],
    ['{"a":{"b":1},"a":{"b":2},"a":3}', ["a", "a"]],
    ["[]", []],
  ])("%s", (text, expected) => expect(paths(text)).toEqual(expected));

  it("are none in whatever JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(paths(text)).toEqual([]);
      }),
    );
  });

  it("are as many as Kubernetes names, and no more", () => {
    expect(paths(`{${Array.from({ length: 500 }, () => '"a":1').join(",")}}`)).toHaveLength(100);
  });
});

describe("YAML that names a key twice", () => {
  it("keeps the last, and says on which line", async () => {
    expect(await parseYamlText("spec:\n  a: 1\n  b: {c: 2, c: 3}\n  a: 4\n")).toEqual({
      body: { spec: { a: 4, b: { c: 3 } } },
      duplicateFields: [
        { message: 'line 4: key "a" already set in map' },
        { message: 'line 3: key "c" already set in map' },
      ],
    });
  });
});
