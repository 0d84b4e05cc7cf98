"""Whom a unit believes when it speaks TLS, although it may not know what day it is.

A unit wakes up in 1970 and learns the time over this very connection; whoever judges a certificate by its dates without
a clock locks himself out. So with an authority that was named in unit.toml the dates are not looked at, while its
signature, the server's key and its host name are: docs/adr/0017 says what that costs.
"""

import ssl

NO_CHECK_TIME = ssl.VerifyFlags(0x200000)
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL (1.1.0 and later), which Python has no name for."""


def broker_trust(authority: str | None) -> ssl.SSLContext:
    """Return whom to believe to be the broker: this authority (PEM) alone, or without one the machine's, with dates.

    Raises:
        ssl.SSLError: it is no certificate; `edge.config` has looked before.
    """
    if authority is None:
        return _modern(ssl.create_default_context())
    context = _modern(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    context.load_verify_locations(cadata=authority)
    context.verify_flags |= NO_CHECK_TIME
    return context


def clip_trust(authority: str | None) -> ssl.SSLContext:
    """Return whom to believe to hold our clips: the machine's authorities and this one, at any date.

    A clip is named by its hash in a signed programme, so nobody can slip a unit another one; a clip that is not
    fetched for want of a clock would be silence.

    Raises:
        ssl.SSLError: as `broker_trust`.
    """
    context = _modern(ssl.create_default_context())
    if authority is not None:
        context.load_verify_locations(cadata=authority)
    context.verify_flags |= NO_CHECK_TIME
    return context


def _modern(context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
