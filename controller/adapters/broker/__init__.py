"""The MQTT broker that the controller brings along: the doorbell between the desk and the units, never the truth.

Two brokers stand behind one shape (`Broker`): Mosquitto where it is installed, and amqtt, which comes with the
package, elsewhere. Both run as a child process, bind a client id to its user, keep nothing on disk, and end when
the controller ends, however it ends. An `external` broker is somebody else's: we only speak to it.
"""

from controller.adapters.broker.accounts import (
    Account,
    AccountsUnreadable,
    controller_account,
    hash_password,
    observer_account,
    read_accounts,
    unit_account,
    unit_user,
    write_accounts,
)
from controller.adapters.broker.choice import Broker, ExternalBroker, choose_broker
from controller.adapters.broker.grants import Grants
from controller.adapters.broker.settings import BrokerKind, BrokerSettings, Limits
from controller.adapters.broker.supervision import BrokerFailed, EmbeddedBroker, PortTaken

__all__ = [
    "Account",
    "AccountsUnreadable",
    "Broker",
    "BrokerFailed",
    "BrokerKind",
    "BrokerSettings",
    "EmbeddedBroker",
    "ExternalBroker",
    "Grants",
    "Limits",
    "PortTaken",
    "choose_broker",
    "controller_account",
    "hash_password",
    "observer_account",
    "read_accounts",
    "unit_account",
    "unit_user",
    "write_accounts",
]
