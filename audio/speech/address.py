"""Which host an address on the Internet belongs to: the only addresses that are ever asked are https."""

from urllib.parse import urlsplit


def host_of(url: str) -> str | None:
    """The host of an https address, with its port when that is not 443; None: it is no such address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.password is not None:
        return None
    return parts.hostname if port in {None, 443} else f"{parts.hostname}:{port}"
