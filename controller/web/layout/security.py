"""What every answer carries so that a browser runs and sends nothing but what this desk gave it."""

from flask import Flask, Response, request

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
FORM_BYTES = 1024 * 1024
"""The largest form without a file: 20,000 characters of Vietnamese, percent-encoded, several times over."""

_KEPT = "public, max-age=31536000, immutable"


def protect(app: Flask) -> None:
    """Put the headers on every answer and a bound on every request."""
    app.before_request(_bound)
    app.after_request(_dress)


def _bound() -> None:
    if request.mimetype != "multipart/form-data":
        request.max_content_length = FORM_BYTES


def _dress(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        response.headers["Cache-Control"] = _KEPT
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
