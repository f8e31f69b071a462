// A line between the browser and the server that breaks where a test wants it.
import { type AddressInfo, type Socket, connect, createServer } from "node:net";

export class Line {
  /** Breaks all connections whenever so many bytes went up since the last break. */
  breaksAfter = Infinity;
  breaks = 0;
  /** Bytes that went up. */
  bytes = 0;
  private readonly sockets = new Set<Socket>();
  private sinceBreak = 0;
  private readonly listener = createServer((browser) => this.join(browser));

  private constructor(private readonly port: number) {}

  static async to(port: number): Promise<Line> {
    const line = new Line(port);
    await new Promise<void>((ready) => line.listener.listen(0, "127.0.0.1", ready));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  async end(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((ended) => this.listener.close(ended));
  }

  private join(browser: Socket): void {
    const server = connect(this.port, "127.0.0.1");
    for (const [one, other] of [[browser, server], [server, browser]] as const) {
      this.sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
    server.pipe(browser);
    browser.on("data", (bytes: Buffer) => {
      this.bytes += bytes.length;
      this.sinceBreak += bytes.length;
      if (this.sinceBreak < this.breaksAfter) {
        if (!server.write(bytes)) {
          browser.pause();
          server.once("drain", () => browser.resume());
        }
        return;
      }
      this.sinceBreak = 0;
      this.breaks += 1;
      for (const socket of [...this.sockets]) socket.destroy();
    });
  }
}
