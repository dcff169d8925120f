import { describe, expect, it } from "vitest";
import { encodeOpenApiDocument } from "./encode-document.ts";

type Field = readonly [number, string | bigint | readonly Field[]];

describe("encodeOpenApiDocument", () => {
  it("puts a document on the wire as gnostic's messages", () => {
    const bytes = encodeOpenApiDocument({
      swagger: "2.0",
      paths: {
        "/p": {
          patch: {
            parameters: [
              { name: "dryRun", in: "query", type: "string" },
              { name: "body", in: "body", required: true, schema: { $ref: "#/d" } },
            ],
            responses: { "200": { description: "OK" } },
            "x-kubernetes-group-version-kind": { kind: "P" },
          },
        },
      },
      definitions: { D: { type: "object", additionalProperties: { type: "string" }, unknown: 1 } },
    });
    const kind = [1, "x-kubernetes-group-version-kind"] as const;
    expect(decode(bytes)).toEqual([
      [1, "2.0"],
      [
        8,
        [
          [
            2,
            [
              [1, "/p"],
              [
                2,
                [
                  [
                    8,
                    [
                      [
                        8,
                        [
                          [
                            1,
                            [
                              [
                                2,
                                [
                                  [
                                    3,
                                    [
                                      [4, "dryRun"],
                                      [2, "query"],
                                      [6, "string"],
                                    ],
                                  ],
                                ],
                              ],
                            ],
                          ],
                        ],
                      ],
                      [
                        8,
                        [
                          [
                            1,
                            [
                              [
                                1,
                                [
                                  [2, "body"],
                                  [3, "body"],
                                  [4, 1n],
                                  [5, [[1, "#/d"]]],
                                ],
                              ],
                            ],
                          ],
                        ],
                      ],
                      [
                        9,
                        [
                          [
                            1,
                            [
                              [1, "200"],
                              [2, [[1, [[1, "OK"]]]]],
                            ],
                          ],
                        ],
                      ],
                      [13, [kind, [2, [[2, '{"kind":"P"}']]]]],
                    ],
                  ],
                ],
              ],
            ],
          ],
        ],
      ],
      [
        9,
        [
          [
            1,
            [
              [1, "D"],
              [
                2,
                [
                  [22, [[1, "object"]]],
                  [21, [[1, [[22, [[1, "string"]]]]]]],
                ],
              ],
            ],
          ],
        ],
      ],
    ]);
  });
});

/** Reads the wire format without a schema: printable bytes are text, others are tried as messages. */
function decode(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(bytes[at] ?? 0);
      at += 1;
      value |= (byte & 0x7fn) << shift;
      if (byte < 0x80n) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    if (tag % 8 === 0) fields.push([tag >> 3, varint()]);
    else {
      const length = Number(varint());
      const inner = bytes.subarray(at, at + length);
      at += length;
      const isText = inner.every((byte) => byte >= 0x20 && byte < 0x7f);
      fields.push([tag >> 3, isText ? Buffer.from(inner).toString() : decode(inner)]);
    }
  }
  return fields;
}
