/** What a browser must know before it shows a page of ours: that nothing but our own files may run, load or frame it. */

const directives = {
  "default-src": "'none'",
  "script-src": "'self'",
  // Styles that the terminal makes are adopted as objects, which needs no exception here.
  "style-src": "'self'",
  "img-src": "'self' data:",
  "connect-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
  // No text becomes markup or code, not even by mistake.
  "require-trusted-types-for": "'script'",
  "trusted-types": "'none'",
};

export const pageHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join("; "),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};
