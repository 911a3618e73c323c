"""What `bookshop` measures: one class a case, each gives tables."""
import contextlib
import json
import os
import pathlib
import tempfile
import time
from dataclasses import dataclass, field

import bookshop_store
import machine
import process_run
from bookshop_system import SERVICES, Service, Shop, free_port, program_of
from bookshop_watch import Watch, delays, quantile
from generator_output import UnreadableOutput, read_holdfast_json
from peer_cases import Check, Table, number, spread_text
from rounds import Goal, Spread, order_of_round
from target_server import TargetServer

MIB = 1 << 20
BOOK = '{"bookId":1,"title":"NoMadLand","author":"nana","publisher":"cnn","stock":2000000000}'
ORDER = '{"bookId":1,"buyer":"kim","title":"NoMadLand","qty":1,"address":"Seoul"}'
JSON = ("-H", "Content-Type: application/json")


@dataclass
class Lab:
    """Where and how things run."""
    holdfast: str
    build: str
    service_cpu: int | None
    generator_cpu: int | None
    rounds: int
    seconds: int
    stored: int      # orders of the large store
    log: object      # called with each command line

    def shop(self, folder, names, beside=(), **environment):
        """Services on their core; those `beside` share the generator's."""
        cpus = {**{name: self.generator_cpu for name in beside}, **{name: self.service_cpu for name in names}}
        return Shop(self.build, folder, cpus, environment)


@dataclass
class Load:
    """One run of `holdfast load` and what the services spent on it."""
    per_second: float | None = None
    requests: int = 0
    cpu_us: dict = field(default_factory=dict)   # service -> CPU us a request
    generator_us: float | None = None
    quantiles_us: dict = field(default_factory=dict)
    command: str = ""
    problem: str | None = None
    doubts: list = field(default_factory=list)
    other_work: float = 0.0


def drive(lab, words, services, seconds=None):
    """Runs `holdfast load` with `words` and says what `services` {name: Service} spent on it."""
    argv = [lab.holdfast, "load", *words, "-d", f"{seconds or lab.seconds}s", "--threads", "1", "--json", "--quiet"]
    lab.log(argv)
    cpu_before = {name: s.cpu_s() for name, s in services.items()}
    own_before, (busy_before, _) = sum(os.times()[:2]), machine.busy_now()
    finished = process_run.run(argv, cpu=lab.generator_cpu, limit_s=(seconds or lab.seconds) + 40)
    spent = {name: s.cpu_s() - cpu_before[name] for name, s in services.items()}
    busy = machine.busy_now()[0] - busy_before - (sum(os.times()[:2]) - own_before)
    load = Load(command="holdfast " + " ".join(f"'{w}'" if set(w) & set(' {"') else w for w in argv[1:]))
    load.other_work = max(0.0, busy - sum(spent.values()) - finished.cpu_s) / finished.wall_s
    _read(load, finished, spent)
    return load


def _read(load, finished, spent):
    try:
        reported = read_holdfast_json(finished.output)
    except UnreadableOutput as unreadable:
        load.problem = f"ended with {finished.code}: {unreadable} {finished.errors.strip()[-200:]}"
        return
    load.requests = reported.ok
    load.per_second, load.quantiles_us = reported.per_second, reported.quantiles_us
    load.doubts = reported.extra["findings"]
    if reported.failed or not reported.ok:
        load.problem = f"{reported.failed:,} of {reported.failed + reported.ok:,} requests failed"
    if reported.ok:
        load.cpu_us = {name: s * 1e6 / reported.ok for name, s in spent.items()}
        load.generator_us = finished.cpu_s * 1e6 / reported.ok


def of_good(loads, value):
    return Spread.of([value(load) for load in loads if not load.problem])


def remember(table, name, loads):
    for load in loads:
        table.commands[name] = load.command
        table.other_work.append(load.other_work)
        if load.problem:
            table.note(f"{name}: {load.problem}")


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="holdfast-bookshop-") as name:
        yield pathlib.Path(name)


class Start:
    """Start to ready, and what a service that does nothing holds."""
    title = "start and memory, each service alone with a new store"
    idle_s = 2.0

    def run(self, lab):
        table = Table(self.title, ["service", "start to ready ms", "resident MiB, idle"])
        table.commands["start"] = "PORT=... STATE_DIR=... BROKER_ADDR=file:... bookshop-order"
        ready, resident = {}, {}
        for name in (*SERVICES, "gateway"):
            samples = [self._once(lab, name) for _ in range(max(3, lab.rounds))]
            ready[name], resident[name] = (Spread.of(column) for column in zip(*samples))
            table.rows.append([name, spread_text(ready[name], 1000), spread_text(resident[name], 1 / MIB)])
        slowest = max((ready[s] for s in SERVICES), key=lambda spread: spread.middle)
        largest = max((resident[s] for s in SERVICES), key=lambda spread: spread.middle)
        table.checks = [Check("start to ready of the slowest service, s", Goal(0.15), slowest),
                        Check("resident memory of the largest service, idle, bytes", Goal(25 * MIB), largest)]
        return [table]

    def _once(self, lab, name):
        with folder() as where:
            own = {"STATE_DIR": str(where / name), "BROKER_ADDR": f"file:{where}/events"}
            service = Service(program_of(name, lab.build), free_port(), own, lab.service_cpu)
            try:
                ready = service.wait_until_ready()
                time.sleep(self.idle_s / max(3, lab.rounds))
                return ready, service.resident_bytes()
            finally:
                service.end()


class Throughput:
    """GET and POST of orders as fast as the service can, with few orders stored and with very many."""
    few = 1000

    def run(self, lab):
        stores = {"few": self.few, "many": lab.stored}
        gets, posts, logged = ({name: [] for name in stores} for _ in range(3))
        tables = [Table("GET /orders/{id}, 64 connections, ids at random",
                        ["orders stored", "requests/s", "CPU us/request, order", "CPU us/request, generator", "p50 us",
                         "p99 us"]),
                  Table("POST /orders, 64 connections",
                        ["orders stored", "requests/s", "CPU us/request, order", "CPU us/request, book",
                         "CPU us/request, generator", "p50 us", "p99 us"])]
        with folder() as where:
            for name, count in stores.items():
                self._fill(lab, where / name, count, tables[0])
            for round_ in range(lab.rounds):
                for name in order_of_round(list(stores), round_):
                    with lab.shop(where / name, ["order"], beside=["book"]) as shop:
                        gets[name].append(self._get(lab, shop, stores[name], where))
                        posts[name].append(self._post(lab, shop))
                with lab.shop(where / "few", ["order"], LOG_LEVEL="info") as shop:
                    logged["few"].append(self._get(lab, shop, self.few, where))
        tables[1].note("order has its core for itself; book, which it calls, shares the generator's")
        self._tell(tables, stores, gets, posts, logged["few"])
        return tables

    def _fill(self, lab, where, count, table):
        where.mkdir()
        with lab.shop(where, ["order"], beside=["book"]) as shop:
            if shop["book"].post("/books", BOOK) != 201 or shop["order"].post("/orders", ORDER) != 201:
                raise UnreadableOutput("the shop does not take an order")
            stores = shop.store("order"), shop.store("book")
        begun = time.monotonic()
        bookshop_store.fill_orders(stores[0], count)
        bookshop_store.fill_calls(stores[1], count)
        table.note(f"{bookshop_store.count(stores[0], 'orders'):,} orders stored in {time.monotonic() - begun:.1f} s, with "
                   "the answers that book keeps for each: copies of a first one, made in SQLite")

    @staticmethod
    def _get(lab, shop, stored, where):
        scenario = where / f"get-{stored}.json"
        scenario.write_text(json.dumps({"base": "http://127.0.0.1", "mix": [
            {"name": "order", "get": f"/orders/{{{{random 1 {stored}}}}}"}]}))
        words = ["--scenario", str(scenario), shop["order"].url, "-c", "64"]
        drive(lab, words, {}, seconds=1)
        load = drive(lab, words, {"order": shop["order"]})
        load.command = load.command.replace(str(where) + "/", "")
        return load

    @staticmethod
    def _post(lab, shop):
        words = [shop["order"].url + "/orders", "--json-body", ORDER, "-c", "64"]
        drive(lab, words, {}, seconds=1)
        return drive(lab, words, dict(shop.services))

    def _tell(self, tables, stores, gets, posts, logged):
        rows = [*((f"{stores[name]:,}", gets[name]) for name in stores), (f"{self.few:,}; a log line each", logged)]
        for label, loads in rows:
            tables[0].rows.append([label, *_figures(loads, ["order"])])
            remember(tables[0], f"GET, {label}", loads)
        for name in stores:
            tables[1].rows.append([f"{stores[name]:,}", *_figures(posts[name], ["order", "book"])])
            remember(tables[1], f"POST, {stores[name]:,}", posts[name])
        for table, loads, what, goal in zip(tables, (gets, posts), ("GET /orders/{id}", "POST /orders"), (40_000, 3_000)):
            rate = {name: of_good(loads[name], lambda load: load.per_second) for name in stores}
            table.checks.append(Check(f"{what} a second", Goal(goal, at_most=False), rate["few"]))
            pairs = [many.per_second / few.per_second for few, many in zip(loads["few"], loads["many"])
                     if not few.problem and not many.problem]
            table.checks.append(Check(f"{what}, many stored/few stored", Goal(0.8, at_most=False), Spread.of(pairs)))


def _figures(loads, services):
    rate = spread_text(of_good(loads, lambda load: load.per_second))
    cpu = [spread_text(of_good(loads, lambda load, s=s: load.cpu_us.get(s))) for s in services]
    generator = spread_text(of_good(loads, lambda load: load.generator_us))
    times = [spread_text(of_good(loads, lambda load, q=q: load.quantiles_us.get(q))) for q in ("p50", "p99")]
    return [rate, *cpu, generator, *times]


class Events:
    """From the commit of an order to its row on my-page, while orders come evenly."""
    rate = 1000

    def run(self, lab):
        names = ("book", "order", "delivery", "mypage")
        table = Table(f"event: order committed to row on my-page, {self.rate:,} orders/s", [
            "orders", "p50 ms", "p99 ms", "max ms", *(f"CPU us/order, {name}" for name in names)])
        loads, found, looks = [], [], []
        for _ in range(lab.rounds):
            load, waits = self._once(lab, looks)
            loads.append(load)
            found.append(waits)
        quantiles = [Spread.of([quantile(waits, q) for waits in found]) for q in (0.5, 0.99, 1.0)]
        table.rows.append([f"{sum(map(len, found)):,}", *(spread_text(q, 1000) for q in quantiles),
                           *(spread_text(of_good(loads, lambda load, s=s: load.cpu_us.get(s))) for s in names)])
        table.checks = [Check("p99, s", Goal(0.1), quantiles[1])]
        table.note(f"{spread_text(Spread.of(looks))} looks a second")
        table.note("order and mypage share a core; book, delivery and the one who looks share the generator's")
        table.note("times are from the last look without the order to the first with its row")
        remember(table, "orders", loads)
        return [table]

    @staticmethod
    def _once(lab, looks):
        with folder() as where, lab.shop(where, ["order", "mypage"], beside=["book", "delivery"]) as shop:
            shop["book"].post("/books", BOOK)
            words = [shop["order"].url + "/orders", "--json-body", ORDER, "--rate", f"{Events.rate}/s"]
            drive(lab, words, {}, seconds=1)
            begun = time.monotonic()
            with Watch(shop.store("order"), shop.store("mypage")) as watch:
                load = drive(lab, words, dict(shop.services))
                if not watch.wait_for_pages(10):
                    load.problem = load.problem or "my-page lacks rows 10 s after the end"
            if watch.problem:
                load.problem = watch.problem
            seen = {number: times for number, times in watch.orders.items() if number in watch.pages}
            looks.append(watch.looks / (time.monotonic() - begun))
            return load, delays(seen, watch.pages)


@dataclass(frozen=True)
class Peer:
    """Another process whose CPU time is known."""
    pid: int

    def cpu_s(self):
        return machine.process_cpu_seconds(self.pid)


class Gateway:
    """Small answers through the gateway, beside the same answers without it."""
    title = "GET through the gateway, 64 connections, answers of 128 bytes"

    def run(self, lab):
        table = Table(self.title, ["way", "requests/s", "CPU us/request, gateway", "CPU us/request, generator", "p50 us",
                                   "p99 us"])
        through, direct = [], []
        for _ in range(lab.rounds):
            with folder() as where, TargetServer(lab.holdfast, ["--size", "128"], where, lab.generator_cpu) as target:
                direct.append(drive(lab, [target.url, "-c", "64"], {"target": Peer(target.pid)}))
                service = Service(program_of("gateway", lab.build), free_port(), {"ROUTES": f"/**={target.url.rstrip('/')}"},
                                  lab.service_cpu)
                try:
                    service.wait_until_ready()
                    words = [service.url + "/", "-c", "64"]
                    drive(lab, words, {}, seconds=1)
                    through.append(drive(lab, words, {"gateway": service, "target": Peer(target.pid)}))
                finally:
                    service.end()
        table.rows.append(["through the gateway", *_figures(through, ["gateway"])])
        table.rows.append(["to the target itself", *_figures(direct, ["gateway"])])
        table.note("the gateway has the service's core; the target shares the generator's")
        remember(table, "through", through)
        return [table]


CASES = {"start": Start, "throughput": Throughput, "events": Events, "gateway": Gateway}
