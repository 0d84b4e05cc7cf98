"""amqtt as the embedded broker: pure Python, comes with the package, serves a commune where nothing else is installed.

The program itself is `amqtt_program`; this side only starts it, so that the controller never imports amqtt.
"""

import sys

import msgspec

from controller.adapters.broker.accounts import read_accounts
from controller.adapters.broker.amqtt_door import Address
from controller.adapters.broker.settings import Limits
from controller.adapters.broker.supervision import EmbeddedBroker
from controller.adapters.private_file import write_private


class AmqttOrders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the child is told, in a file: where to listen, whom to let in, how much to bear."""

    addresses: tuple[Address, ...]
    accounts_file: str
    limits: Limits


class AmqttBroker(EmbeddedBroker):
    """amqtt as our child; it ends when its standard input closes, which it does with us."""

    name = "amqtt"

    def _prepare(self, port: int) -> list[str]:
        read_accounts(self.accounts_file)
        orders = AmqttOrders(self._addresses(port), str(self.accounts_file), self.settings.limits)
        told = self.folder / "amqtt.json"
        write_private(told, msgspec.json.encode(orders))
        return [sys.executable, "-P", "-m", "controller.adapters.broker.amqtt_program", str(told)]

    def _addresses(self, port: int) -> tuple[Address, ...]:
        """The door without TLS last: once that one is open, the broker is taken to listen."""
        plain, tls = Address(self.host, port), self.settings.tls
        if tls is None or self.tls_port is None:
            return (plain,)
        return Address(tls.host, self.tls_port, str(tls.certificates.server)), plain
