"""The running controller: its threads started in order, watched, and stopped in order.

An unknown error in any of them ends the process with code 70, so that systemd starts it anew; what was being done
stands in the database and is taken up again.
"""

import logging
import os
import threading

import msgspec
from flask import Flask

from controller import broker_setup
from controller.adapters.alarm_clock import AlarmClock, Chore
from controller.adapters.broker.accounts import CONTROLLER
from controller.adapters.broker.choice import Broker, choose_broker
from controller.adapters.broker.settings import BrokerKind
from controller.adapters.inbox import Inbox, Take
from controller.adapters.mqtt import MqttDoorbell
from controller.adapters.mqtt_connection import BrokerAddress
from controller.adapters.pages import PageServer
from controller.adapters.private_file import SecretUnreadable
from controller.adapters.service_manager import ServiceManager
from controller.assembly import ACCOUNTS, Office, open_keys, staff, utc_now
from controller.services import (
    composing,
    delegations,
    enrolment,
    orders,
    phrases,
    programmes,
    receipts,
    recovery,
    rendering,
    states,
    trust_watch,
    watching,
)
from controller.services.clock_answers import ClockAnswers
from controller.services.desk import Desk
from controller.services.ports import Doorbell
from controller.web.api import api_blueprint
from controller.web.application import WebSettings, create_app
from controller.web.clips import clips_blueprint
from protocol.names import CommuneId
from protocol.topics import Leaf

log = logging.getLogger(__name__)

FATAL = 70
"""Exit code after an unknown error (EX_SOFTWARE)."""
NOTE = "controller.json"
"""Where the running controller tells the command line its address and process."""
ROLL_S, RENDER_S, WATCH_S, RESEND_S, GREET_S, CERTIFICATE_S = 20.0, 5.0, 5.0, 5.0, 3600.0, 86_400.0


def die(where: str, error: BaseException) -> None:
    """End the process at once: a thread that fails for an unforeseen reason must not leave a desk that looks alive."""
    log.critical("unknown error in %s; the controller ends and is started anew", where, exc_info=error)
    logging.shutdown()
    os._exit(FATAL)


class Service:
    """One running controller. `start`, then `stop`; both are called by the main thread."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._manager = ServiceManager()
        self._closing = threading.Event()
        self._broker = self._choose_broker()
        self._trust = broker_setup.trust(office.data, office.config, utc_now())
        self._clock: AlarmClock | None = None
        self._pages: PageServer | None = None
        self._inbox: Inbox
        self._doorbell: MqttDoorbell
        self._staff = staff(office, self._connect, kick=self._kick)
        self._clock_answers = ClockAnswers(self.desk)

    @property
    def desk(self) -> Desk:
        """The desk that is served."""
        return self._staff.desk

    def start(self) -> str:
        """Start everything and return the address of the pages.

        Raises:
            controller.adapters.pages.AddressTaken: another program listens where the pages should be.
            controller.adapters.broker.supervision.BrokerFailed: the broker does not start; `PortTaken` is one kind.
            controller.services.ports.KeyTrouble: the key folder does not hold what the delegation names.
        """
        config = self._office.config
        open_keys(self._staff)
        self._warn_of_keys()
        self._pages = PageServer(config.web.host, config.web.port, config.web.threads)
        url = config.url(self._pages.port)
        enrolment.write_accounts(self.desk, self._staff.accounts)
        broker_setup.renew_certificates(self._office.data, config, utc_now())
        self._broker.start()
        if left := rendering.recover(self.desk):
            log.info("%d renditions were broken off by the last end; they are made again", left)
        self._pages.serve(self._application(url), most_bytes=self.desk.settings.max_upload_bytes)
        self._inbox.start()
        self._clock = AlarmClock(self._chores(), self._fatal)
        self._clock.start()
        self._doorbell.start()
        self._write_note(url)
        self._manager.ready()
        log.info("the desk of %s answers at %s", self.desk.commune, url)
        return url

    def wait(self, stop: threading.Event) -> None:
        """Return when the controller is asked to stop; end the process when a thread that must live is dead."""
        while not stop.wait(1.0):
            if not self._doorbell.alive:
                die("doorbell", RuntimeError("its thread has ended"))
            if self._pages is not None and not self._pages.alive:
                die("pages", RuntimeError("their thread has ended"))

    def stop(self) -> None:
        """Stop everything, the pages first; harmless when only half was started."""
        self._closing.set()
        self._manager.stopping()
        self._staff.board.close()
        for part in (self._pages, self._clock, self._doorbell, self._inbox, self._broker):
            if part is not None:
                part.stop()
        self._office.engine.dispose()
        (self._office.data / NOTE).unlink(missing_ok=True)
        log.info("the desk is closed")

    def _fatal(self, where: str, error: BaseException) -> None:
        """While everything is being closed, a chore that is broken off may fail; at any other time it is the end."""
        if self._closing.is_set():
            log.info("%s was broken off by the end: %r", where, error)
            return
        die(where, error)

    def _choose_broker(self) -> Broker:
        settings = broker_setup.broker_settings(self._office.data, self._office.config)
        return choose_broker(settings, self._office.data / ACCOUNTS)

    def _connect(self, commune: CommuneId) -> Doorbell:
        """Make inbox and doorbell of the desk that is being put together; they start in `start`."""
        takers: dict[Leaf, Take] = {
            Leaf.RECEIPT: lambda unit, data: receipts.accept_receipts(self.desk, unit, data),
            Leaf.STATE: lambda unit, data: states.accept_state(self.desk, unit, data),
            Leaf.AVAILABILITY: lambda unit, data: states.accept_availability(self.desk, unit, data),
            Leaf.HELD: lambda unit, data: recovery.accept_held(self.desk, unit, data),
            Leaf.CLOCK_QUESTION: lambda unit, data: self._clock_answers.answer(unit, data),
        }
        self._inbox = Inbox(commune, takers, self._fatal, urgent=[Leaf.CLOCK_QUESTION])
        self._doorbell = MqttDoorbell(commune, self._address, self._inbox, clock=utc_now, on_change=self._link_changed)
        return self._doorbell

    def _address(self) -> BrokerAddress:
        """Asked for at each connection: an embedded broker knows its port once it has started."""
        return BrokerAddress(
            host=self._broker.host,
            port=self._broker.port,
            user=CONTROLLER,
            password=self._office.secrets.broker_password,
            version5=self._broker.name != BrokerKind.AMQTT,
            tls=self._trust,
        )

    def _warn_of_keys(self) -> None:
        if self._staff.keys.root_file.exists():
            log.warning("the root key still lies on this machine: loalang keys offline --to FILE")
        key = self.desk.keys.emergency_id
        if key is None or not self.desk.keys.vault.emergency_closed(key):
            log.warning("no emergency can be started: there is no emergency key that a code closes: loalang keys code")

    def _link_changed(self) -> None:
        self._kick("greet")
        self._kick("watch")
        self._staff.board.announce("home", "units")

    def _kick(self, chore: str) -> None:
        if self._clock is not None:
            self._clock.kick(chore)
            if chore in {"render", "roll"}:  # a text was written, or a broadcast planned
                self._clock.kick("hurry")

    def _chores(self) -> list[Chore]:
        return [
            Chore("roll", ROLL_S, self._roll),
            Chore("render", RENDER_S, self._render),
            Chore("hurry", RENDER_S, self._hurry),
            Chore("watch", WATCH_S, self._watch),
            Chore("resend", RESEND_S, self._resend),
            Chore("greet", GREET_S, self._greet),
            Chore("certificate", CERTIFICATE_S, self._renew_certificate),
        ]

    def _roll(self) -> None:
        now = utc_now()
        changed = delegations.take_up(self.desk, now)
        orders.issue_due(self.desk, now)
        programmes.roll(self.desk, now)
        if changed:
            self._greet()
            self._staff.board.announce("home", "units")
        composing.sweep_uploads(self.desk, now)

    def _render(self) -> None:
        """What officers wait for goes before the phrases, each time; the end waits for one clip at most."""
        while not self._closing.is_set() and (rendering.render_next(self.desk) or phrases.render_next(self.desk)):
            pass

    def _hurry(self) -> None:
        """An emergency waits for no other bulletin, and for no voice that takes its time."""
        while not self._closing.is_set() and rendering.render_next(self.desk, urgent_only=True):
            pass

    def _watch(self) -> None:
        watching.watch(self.desk, utc_now())
        trust_watch.watch(self.desk, utc_now())
        self._manager.alive()

    def _resend(self) -> None:
        now = utc_now()
        delegations.resend(self.desk, now)
        programmes.resend(self.desk, now)
        orders.resend(self.desk, now)

    def _greet(self) -> None:
        """The broker is reached anew, and may have forgotten everything."""
        if self.desk.doorbell.connected_since is not None:
            now = utc_now()
            delegations.publish(self.desk, now)
            programmes.publish_all(self.desk, now)
            orders.resend(self.desk, now, at_once=True)

    def _renew_certificate(self) -> None:
        """A broker with a certificate near its end still serves; so what cannot be renewed now is tried tomorrow."""
        try:
            if broker_setup.renew_certificates(self._office.data, self._office.config, utc_now()):
                self._broker.accounts_changed()
        except (SecretUnreadable, OSError):
            log.exception("the broker's certificate was not looked after")

    def _application(self, url: str) -> Flask:
        config = self._office.config.web
        secrets = self._office.secrets
        settings = WebSettings(
            session_key=secrets.session_secret.encode("ascii"),
            public_url=url,
            trusted_proxies=config.trusted_proxies,
        )
        machines = (api_blueprint(self.desk, secrets.api_token), clips_blueprint(self._office.store))
        return create_app(self.desk, settings, machines=machines)

    def _write_note(self, url: str) -> None:
        """Whole or not at all: the command line may look at any moment."""
        draft = self._office.data / f".{NOTE}"
        draft.write_bytes(msgspec.json.encode({"url": url, "pid": os.getpid(), "mqtt_port": self._broker.port}))
        draft.replace(self._office.data / NOTE)
