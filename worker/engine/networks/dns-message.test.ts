import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "../../base/errors.ts";
import { encodeDnsName, parseDnsQuestion, writeDnsAnswer, writeDnsError } from "./dns-message.ts";

/** A question as resolvers send it. */
function questionBytes(name: string, type: number, extra: readonly number[] = []): Uint8Array {
  const header = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, extra.length > 0 ? 1 : 0];
  return Uint8Array.of(...header, ...encodeDnsName(name), 0, type, 0, 1, ...extra);
}

const EDNS_1232 = [0, 0, 41, 1232 >> 8, 1232 & 255, 0, 0, 0, 0, 0, 0];
const address = (last: number) => ({ type: 1, data: Uint8Array.of(172, 18, 0, last) });

describe("parseDnsQuestion()", () => {
  it("reads name, type, flags and the size that EDNS offers", () => {
    expect(parseDnsQuestion(questionBytes("Web.Example", 28))).toMatchObject({
      id: 0x1234,
      recursionDesired: true,
      name: "web.example",
      type: 28,
      datagramBytes: undefined,
    });
    expect(parseDnsQuestion(questionBytes("web", 1, EDNS_1232)).datagramBytes).toBe(1232);
    expect(parseDnsQuestion(questionBytes("", 2)).name).toBe("");
  });

  it("refuses answers, other operations, other classes, pointers and what ends early", () => {
    const changed = (at: number, value: number) => {
      const bytes = questionBytes("web", 1);
      bytes[at] = value;
      return bytes;
    };
    expect(() => parseDnsQuestion(changed(2, 0x81))).toThrow("a DNS answer where a question should be");
    expect(() => parseDnsQuestion(changed(2, 0x28))).toThrow("operation other than a query");
    expect(() => parseDnsQuestion(changed(5, 2))).toThrow("without one question");
    expect(() => parseDnsQuestion(changed(12, 0xc0))).toThrow("compressed name");
    expect(() => parseDnsQuestion(changed(12, 60))).toThrow("too long");
    expect(() => parseDnsQuestion(changed(20, 3))).toThrow("class other than IN");
    expect(() => parseDnsQuestion(questionBytes("web", 1).subarray(0, 18))).toThrow("ends early");
    expect(() => parseDnsQuestion(new Uint8Array(11))).toThrow("without a header");
  });

  it("takes any bytes without more than an EngineError, and answers what it takes within its bounds", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc
        .tuple(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 8 }), fc.uint8Array({ maxLength: 30 }))
        .map(([labels, rest]) =>
          Uint8Array.of(
            ...[9, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1],
            ...labels.flatMap((label) => [label.length, ...label]),
            ...[0, 0, 1, 0, 1],
            ...rest,
          ),
        ),
    );
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 400 }), (message, count) => {
        try {
          const asked = parseDnsQuestion(message);
          const records = Array.from({ length: count }, (_, at) => address(at));
          const limit = asked.datagramBytes ?? 512;
          const answer = writeDnsAnswer(asked, 0, records, "udp");
          expect(answer.byteLength).toBeLessThanOrEqual(Math.max(limit, 12 + asked.question.byteLength));
          expect(answer.subarray(12, 12 + asked.question.byteLength)).toEqual(asked.question);
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          const refused = writeDnsError(message, 1);
          if (refused) expect(refused.byteLength).toBe(12);
        }
      }),
    );
  });
});

describe("writeDnsAnswer()", () => {
  it("repeats the question, points to its name, and keeps EDNS", () => {
    const asked = parseDnsQuestion(questionBytes("web", 1, EDNS_1232));
    const answer = writeDnsAnswer(asked, 0, [address(2)], "udp");
    expect([...answer.subarray(0, 12)]).toEqual([0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 1]);
    expect([...answer.subarray(21, 37)]).toEqual([0xc0, 12, 0, 1, 0, 1, 0, 0, 2, 88, 0, 4, 172, 18, 0, 2]);
    expect(answer[39]).toBe(41);
  });

  it("says that a datagram is cut, and sends all over TCP", () => {
    const asked = parseDnsQuestion(questionBytes("many", 1));
    const records = Array.from({ length: 60 }, (_, at) => address(at));
    const datagram = writeDnsAnswer(asked, 0, records, "udp");
    expect(datagram.byteLength).toBeLessThanOrEqual(512);
    expect(datagram[2]! & 2).toBe(2);
    const whole = writeDnsAnswer(asked, 0, records, "tcp");
    expect(whole[2]! & 2).toBe(0);
    expect(whole[7]).toBe(60);
  });
});

describe("encodeDnsName()", () => {
  it("bounds labels and names", () => {
    expect([...encodeDnsName("a.bc.")]).toEqual([1, 97, 2, 98, 99, 0]);
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (name) => {
        expect(encodeDnsName(name).byteLength).toBeLessThanOrEqual(256);
      }),
    );
  });
});
