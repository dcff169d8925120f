/** The least that Node's HTTPS server can do: answers every request with the text it was given, to clients with certificates. */
import { createServer } from "node:https";
import { z } from "zod";

const openingSchema = z.object({ ca: z.string(), cert: z.string(), key: z.string(), body: z.string() });

process.once("disconnect", () => process.exit());
process.once("message", (message) => {
  const { body, ...tls } = openingSchema.parse(message);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (_, response) => {
    response.writeHead(200, headers).end(body);
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.send?.({ port: typeof address === "object" ? address?.port : 0 });
  });
});
