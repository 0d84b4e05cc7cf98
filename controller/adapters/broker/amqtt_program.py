"""The amqtt broker as a program of its own: `python -m controller.adapters.broker.amqtt_program <orders.json>`.

It ends at SIGTERM, and when its standard input closes, which is how it learns that the controller is gone; at
SIGHUP it reads its accounts and its certificate again. It speaks on standard error only, one line a matter.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
from pathlib import Path

import msgspec
from amqtt.errors import BrokerError

from controller.adapters.broker.accounts import AccountsUnreadable, read_accounts
from controller.adapters.broker.amqtt_process import AmqttOrders
from controller.adapters.broker.amqtt_switch import DoorbellBroker
from controller.adapters.broker.child import provide_descriptors

log = logging.getLogger("controller.adapters.broker.amqtt_program")


def main(arguments: list[str]) -> int:
    """Serve until told to end; return the exit code."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(message)s")
    logging.getLogger("controller").setLevel(logging.INFO)
    logging.getLogger("amqtt").setLevel(logging.ERROR)
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    try:
        asyncio.run(_serve(msgspec.json.decode(Path(arguments[0]).read_bytes(), type=AmqttOrders)))
    except (AccountsUnreadable, BrokerError, OSError, msgspec.MsgspecError) as error:
        log.error("the broker cannot serve: %s", error)  # noqa: TRY400 (the reason says it; a traceback would not)
        return 1
    return 0


async def _serve(orders: AmqttOrders) -> None:
    accounts_file = Path(orders.accounts_file)
    provide_descriptors(orders.limits.connections * len(orders.addresses))
    broker = DoorbellBroker(read_accounts(accounts_file), orders.limits, orders.addresses)
    changed, ended = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, changed.set)
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await broker.start()
    follower = asyncio.create_task(_follow_accounts(broker, accounts_file, changed))
    await asyncio.wait({follower, asyncio.create_task(ended.wait())}, return_when=asyncio.FIRST_COMPLETED)
    if follower.done():
        follower.result()
    await broker.shutdown()


async def _follow_accounts(broker: DoorbellBroker, accounts_file: Path, changed: asyncio.Event) -> None:
    while True:
        await changed.wait()
        changed.clear()
        try:
            await broker.replace_accounts(read_accounts(accounts_file))
            broker.renew_certificate()
        except (AccountsUnreadable, OSError) as error:
            log.error("the earlier accounts and certificate stay in force: %s", error)  # noqa: TRY400 (as above)


def _end_with_parent() -> None:
    """End at once when standard input closes: nothing here is worth saving, and a stuck loop must not outlive us."""
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
