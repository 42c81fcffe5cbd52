// Serves one folder over HTTP on this machine alone, under the Content-Security-Policy a careful host would set.
// It reads files and nothing else: no listing, no upload, no way out of the folder.

import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".csv": "text/csv; charset=utf-8",
  ".xes": "application/xml",
  ".gz": "application/gzip",
  ".txt": "text/plain; charset=utf-8",
};

export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join("; ");

/** Starts serving. `port` 0 means any free one. Resolves to { url, close }. */
export async function serveFolder(folder, { port = 0, policy = POLICY } = {}) {
  const server = createServer(await folderListener(folder, policy));
  await new Promise((done, failed) => server.once("error", failed).listen(port, "127.0.0.1", done));
  const close = () => new Promise((done) => { server.close(done); server.closeAllConnections(); });
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}

/** Answers requests with a folder's files. */
export async function folderListener(folder, policy = POLICY) {
  const base = await realpath(folder);
  return (request, response) => void answer(base, policy, request, response).catch(() => fail(response, 500));
}

async function answer(base, policy, request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") return fail(response, 405);
  const found = await locate(base, request.url);
  if (!found) return fail(response, 404);
  response.writeHead(200, {
    "Content-Type": TYPES[extname(found.path)] ?? "application/octet-stream",
    "Content-Length": found.size,
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
  });
  if (request.method === "HEAD") return response.end();
  createReadStream(found.path).on("error", () => response.destroy()).pipe(response);
}

/** The file a request means, or undefined. Symbolic links are followed before the check, so none leads outside. */
async function locate(base, url) {
  try {
    const path = decodeURIComponent(new URL(url, "http://localhost").pathname);
    const real = await realpath(join(base, path.endsWith("/") ? `${path}index.html` : path));
    const info = await stat(real);
    return real.startsWith(base + sep) && info.isFile() ? { path: real, size: info.size } : undefined;
  } catch {
    return undefined;
  }
}

function fail(response, status) {
  if (!response.headersSent) response.writeHead(status, { "Content-Type": "text/plain" });
  response.end();
}
