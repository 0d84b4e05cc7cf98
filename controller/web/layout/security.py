"""What every answer carries so that a browser runs and sends nothing but what this desk gave it."""

from flask import Flask, Response, g, request

OWN_ONLY = ("script-src", "style-src", "img-src", "font-src", "connect-src", "media-src", "form-action")
"""What a page may load, and where it may send: from and to this desk alone."""

POLICY = "; ".join(
    ["default-src 'none'", *(f"{what} 'self'" for what in OWN_ONLY), "base-uri 'none'", "frame-ancestors 'none'"]
)
"""No inline script or style, no other host, no frame, no plug-in."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
RECORDER_HEADERS = {
    "Content-Security-Policy": POLICY.replace("media-src 'self'", "media-src 'self' blob:"),
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}
"""What a page with a recorder has otherwise: it may ask for the microphone, and plays what was recorded before it is
sent. A `blob:` address is only ever made by the page's own script, for bytes that the browser already holds."""
FORM_BYTES = 1024 * 1024
"""The largest form without a file: 20,000 characters of Vietnamese, percent-encoded, several times over."""

_KEPT = "public, max-age=31536000, immutable"


def protect(app: Flask) -> None:
    """Put the headers on every answer and a bound on every request."""
    app.before_request(_bound)
    app.after_request(_dress)


def allow_recording() -> str:
    """Let this page use the microphone. The recorder's own template calls it, so that a page has both or neither."""
    g.recording = True
    return ""


def _bound() -> None:
    if request.mimetype != "multipart/form-data":
        request.max_content_length = FORM_BYTES


def _dress(response: Response) -> Response:
    more = RECORDER_HEADERS if g.get("recording") else {}
    for name, value in {**HEADERS, **more}.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        response.headers["Cache-Control"] = _KEPT
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
