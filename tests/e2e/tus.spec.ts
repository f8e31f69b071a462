// A client of another project against the reference server: what it says of its
// protocol is what others understand by it.
import { expect, test } from "@playwright/test";
import { createHash, randomBytes } from "node:crypto";
import { type HttpRequest, Upload } from "tus-js-client";
import { pdf } from "./support/claim";
import { Line } from "./support/line";
import { Server } from "./support/server";

const CHUNK = 256 * 1024;
/** Most bytes of a request without its body. */
const HEAD = 2_000;

const sha256 = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/** A PDF whose bytes do not repeat. */
function content(size: number): Buffer {
  const start = pdf();
  return Buffer.concat([start, randomBytes(size - start.length)]);
}

let server: Server;
let cookie: string;

test.beforeAll(async () => {
  server = await Server.reference();
  const reply = await fetch(`${server.url}/v1/session`, {
    method: "POST",
    headers: { "X-CPOR": "1", "Content-Type": "application/json" },
    body: JSON.stringify({ email: "admin@fabrikam.example", password: "claims-demo-2026" }),
  });
  expect(reply.status).toBe(200);
  cookie = reply.headers.getSetCookie()[0].split(";")[0];
});

test.afterAll(() => server.remove());

type Wanted = Partial<ConstructorParameters<typeof Upload>[1]>;

const headers = (): Record<string, string> => ({ "X-CPOR": "1", Cookie: cookie });

/** An upload by the other client, over this line. */
function upload(bytes: Buffer, url: string, options: Wanted = {}): { upload: Upload; ended: Promise<void> } {
  let upload!: Upload;
  const ended = new Promise<void>((onSuccess, onError) => {
    upload = new Upload(bytes, {
      endpoint: `${url}/v1/files`,
      chunkSize: CHUNK,
      headers: headers(),
      metadata: { filename: "scan.pdf", sha256: sha256(bytes).toString("hex") },
      retryDelays: Array<number>(20).fill(0),
      onShouldRetry: () => true,
      onSuccess: () => onSuccess(),
      onError,
      ...options,
    });
  });
  return { upload, ended };
}

async function expectKept(bytes: Buffer): Promise<void> {
  const hash = sha256(bytes).toString("hex");
  const reply = await fetch(`${server.url}/v1/files/${hash}`, { headers: headers() });
  expect(reply.status).toBe(200);
  expect(sha256(Buffer.from(await reply.arrayBuffer())).toString("hex")).toBe(hash);
}

/** Where an upload stands, by the protocol. */
async function offsetOf(url: string): Promise<number | undefined> {
  const reply = await fetch(url, { method: "HEAD", headers: { ...headers(), "Tus-Resumable": "1.0.0" } });
  return reply.status === 200 ? Number(reply.headers.get("Upload-Offset")) : undefined;
}

/** The sum of the chunk that a request is about to send. */
function checksum(bytes: Buffer, request: HttpRequest): void {
  if (request.getMethod() !== "PATCH") return;
  const offset = Number(request.getHeader("Upload-Offset"));
  const sum = sha256(bytes.subarray(offset, offset + CHUNK));
  request.setHeader("Upload-Checksum", `sha256 ${sum.toString("base64")}`);
}

test("a file goes up whole, and is said when it expires", async () => {
  const bytes = content(1_000_000);
  const expires: string[] = [];
  const { upload: up, ended } = upload(bytes, server.url, {
    onAfterResponse: (request, response) => {
      const date = response.getHeader("Upload-Expires");
      if (request.getMethod() === "POST" && date) expires.push(date);
    },
  });
  up.start();
  await ended;
  await expectKept(bytes);
  expect(expires).toHaveLength(1);
  expect(Date.parse(expires[0])).toBeGreaterThan(Date.now() + 3_600_000);
});

test("an upload that was broken off goes on where it was", async () => {
  const bytes = content(3 * 1024 * 1024);
  const line = await Line.to(server.port);
  let broken!: Upload;
  const isHalf = new Promise<void>((half) => {
    broken = upload(bytes, line.url, { onChunkComplete: (_, accepted) => accepted >= bytes.length / 2 && half() }).upload;
    broken.start();
  });
  await isHalf;
  await broken.abort();
  const url = broken.url?.replace(line.url, server.url);
  if (!url) throw new Error("the upload has no address");
  const offset = await offsetOf(url);
  expect(offset).toBeGreaterThanOrEqual(bytes.length / 2);
  await line.end();

  const other = await Line.to(server.port);
  let requests = 0;
  const { upload: up, ended } = upload(bytes, other.url, {
    uploadUrl: url.replace(server.url, other.url),
    onBeforeRequest: () => void (requests += 1),
  });
  up.start();
  await ended;
  await expectKept(bytes);
  expect(other.bytes).toBeLessThanOrEqual(bytes.length - (offset ?? 0) + requests * HEAD);
  await other.end();
});

for (const { name, size, cuts, shortest, longest, isChecked } of [
  { name: "200 cuts", size: 24_000_000, cuts: 200, shortest: 4_000, longest: 220_000, isChecked: false },
  { name: "40 cuts under a checksum", size: 8_000_000, cuts: 40, shortest: CHUNK / 2, longest: 2 * CHUNK, isChecked: true },
]) {
  test(`${name} cost at most a chunk each`, async () => {
    const bytes = content(size);
    const line = await Line.to(server.port);
    const next = (): number => (line.breaks >= cuts ? Infinity : shortest + Math.random() * (longest - shortest));
    let requests = 0;
    line.breaksAfter = next();
    const { upload: up, ended } = upload(bytes, line.url, {
      onShouldRetry: () => {
        line.breaksAfter = next();
        return true;
      },
      onBeforeRequest: (request) => {
        requests += 1;
        if (isChecked) checksum(bytes, request);
      },
    });
    up.start();
    await ended;
    await expectKept(bytes);
    expect(line.breaks).toBe(cuts);
    expect(line.bytes - bytes.length - requests * HEAD).toBeLessThanOrEqual(cuts * CHUNK);
    await line.end();
  });
}

test("a chunk that is not what its checksum says is not kept", async () => {
  const bytes = content(CHUNK * 2);
  let isWrong = true;
  const { upload: up, ended } = upload(bytes, server.url, {
    onBeforeRequest: (request) => {
      checksum(bytes, request);
      if (request.getMethod() === "PATCH" && isWrong) {
        request.setHeader("Upload-Checksum", `sha256 ${sha256(pdf()).toString("base64")}`);
      }
    },
    onShouldRetry: (error) => {
      // As the extension has it: checksum mismatch.
      expect(error.originalResponse?.getStatus()).toBe(460);
      isWrong = false;
      return true;
    },
  });
  up.start();
  await ended;
  expect(isWrong).toBe(false);
  await expectKept(bytes);
});

test("an upload that is ended is gone", async () => {
  const bytes = content(CHUNK * 4);
  let up!: Upload;
  await new Promise<void>((some) => {
    up = upload(bytes, server.url, { onChunkComplete: () => some() }).upload;
    up.start();
  });
  await up.abort();
  const url = up.url ?? "";
  expect(await offsetOf(url)).toBeGreaterThan(0);
  await Upload.terminate(url, { headers: headers() });
  expect(await offsetOf(url)).toBeUndefined();
});
