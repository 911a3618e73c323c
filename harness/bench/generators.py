"""Load generators: the command line for a load, and how to read what comes back."""
import pathlib
import shlex
import shutil
import string
from dataclasses import dataclass, replace

import generator_output as output
from target_server import CannotRun


@dataclass(frozen=True)
class Load:
    """What a generator is asked to do."""
    url: str
    connections: int
    seconds: int
    rate: int | None = None         # requests a second, on a schedule; None: as fast as answers come
    is_poisson: bool = False
    keeps_alive: bool = True
    timeout_s: int | None = None
    wants_percentiles: bool = False  # also those that cost the tool extra work


class Generator:
    """A tool with the abilities of its command line. `package` is where Debian has it."""
    name = ""
    package = None
    has_open_loop = False
    codes = (0,)      # exit codes of a run whose figures count

    def refusal(self, load):
        """Why this tool cannot do that load; None when it can."""
        if load.rate and not self.has_open_loop:
            return "no open loop"
        return None

    def check_installed(self):
        if self.package and not shutil.which(self.name):
            raise CannotRun(f"{self.name} is not installed. Run \"harness/setup peers\", or leave it out with --only.")

    def command(self, load, folder):
        """The words of its command line. `folder` is empty and may be written to."""
        raise NotImplementedError

    def read(self, finished, folder):
        raise NotImplementedError


class Holdfast(Generator):
    name = "holdfast"
    has_open_loop = True
    # 1: no request was answered well; 4: it judges its own measurement invalid, which a saturated generator must.
    codes = (0, 1, 4)

    def __init__(self, binary):
        self.binary = binary

    def command(self, load, folder):
        words = [self.binary, "load", load.url, "-c", str(load.connections), "-d", f"{load.seconds}s", "--threads", "1",
                 "--json", "--quiet", "--out", str(pathlib.Path(folder) / "record")]
        if load.rate:
            words += ["--rate", f"{load.rate}/s"]
        if load.is_poisson:
            words += ["--poisson"]
        if not load.keeps_alive:
            words += ["--no-keepalive"]
        if load.timeout_s:
            words += ["--timeout", f"{load.timeout_s}s"]
        return words

    def read(self, finished, folder):
        return output.read_holdfast_json(finished.output)


_WRK_PERCENTILES = """done = function(summary, latency, requests)
  for _, p in ipairs({50, 99, 99.9}) do
    io.write(string.format("percentile %g %d\\n", p, latency:percentile(p)))
  end
end
"""


class Wrk(Generator):
    name = "wrk"
    package = "wrk"

    def command(self, load, folder):
        words = ["wrk", "-t1", f"-c{load.connections}", f"-d{load.seconds}s", "--latency"]
        if not load.keeps_alive:
            words += ["-H", "Connection: close"]
        if load.timeout_s:
            words += ["--timeout", f"{load.timeout_s}s"]
        if load.wants_percentiles:
            script = pathlib.Path(folder) / "percentiles.lua"
            script.write_text(_WRK_PERCENTILES)
            words += ["-s", str(script)]
        return [*words, load.url]

    def read(self, finished, folder):
        return output.read_wrk(finished.output)


class H2load(Generator):
    name = "h2load"
    package = "nghttp2-client"

    def refusal(self, load):
        if not load.keeps_alive:
            return "cannot open a connection for each request"
        return super().refusal(load)

    def command(self, load, folder):
        words = ["h2load", "--h1", "-t1", f"-c{load.connections}", f"-D{load.seconds}"]
        if load.timeout_s:
            words += [f"-N{load.timeout_s}"]
        if load.wants_percentiles:
            words += [f"--log-file={pathlib.Path(folder) / 'requests.log'}"]
        return [*words, load.url]

    def read(self, finished, folder):
        log = pathlib.Path(folder) / "requests.log"
        return output.read_h2load(finished.output, log.read_text().splitlines() if log.exists() else None)


class Siege(Generator):
    name = "siege"
    package = "siege"

    def command(self, load, folder):
        settings = {"verbose": "false", "quiet": "false", "json_output": "false", "show-logfile": "false",
                    "logging": "false", "parser": "false", "color": "off", "delay": "0.0", "benchmark": "true",
                    "protocol": "HTTP/1.1", "limit": str(max(255, load.connections)),
                    "connection": "keep-alive" if load.keeps_alive else "close",
                    # It gives up after 1024 failures otherwise.
                    "failures": "1000000000"}
        if load.timeout_s:
            settings["timeout"] = str(load.timeout_s)
        rc = pathlib.Path(folder) / "siegerc"
        rc.write_text("".join(f"{key} = {value}\n" for key, value in settings.items()))
        return ["siege", "-R", str(rc), "-b", f"-c{load.connections}", f"-t{load.seconds}S", load.url]

    def read(self, finished, folder):
        return output.read_siege(finished.text)


class Hey(Generator):
    """hey can limit each worker's rate, which is no open loop: a worker that waits for an answer sends nothing."""
    name = "hey"
    package = "hey"

    def command(self, load, folder):
        words = ["hey", "-cpus", "1", "-c", str(load.connections), "-z", f"{load.seconds}s"]
        if not load.keeps_alive:
            words += ["-disable-keepalive"]
        if load.timeout_s:
            words += ["-t", str(load.timeout_s)]
        return [*words, load.url]

    def read(self, finished, folder):
        return output.read_hey(finished.output)


class Custom(Generator):
    """Any other generator, by a template with {url}, {connections} and {seconds}; with {rate} it is an open loop at that
    rate, without it a closed loop. {timeout} stands for whole seconds."""

    _KNOWN = {"url", "connections", "seconds", "rate", "timeout"}

    def __init__(self, template, reader):
        self.name = shlex.split(template)[0].rsplit("/", 1)[-1]
        self._template = template
        self._reader = output.READERS[reader]
        fields = {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}
        if "url" not in fields or fields - self._KNOWN:
            raise CannotRun(f"--command {template!r}: has to name {{url}}, and besides it only "
                            f"{', '.join('{' + f + '}' for f in sorted(self._KNOWN - {'url'}))}.")
        self.has_open_loop = "rate" in fields
        self._has_timeout = "timeout" in fields

    codes = tuple(range(256))

    def refusal(self, load):
        if self.has_open_loop and not load.rate:
            return "open loop only"
        if load.is_poisson:
            return "random arrivals not asked for"
        if not load.keeps_alive:
            return "one connection a request not asked for"
        if load.timeout_s and not self._has_timeout:
            return "no {timeout} in its command"
        return super().refusal(load)

    def command(self, load, folder):
        return shlex.split(self._template.format(url=load.url, connections=load.connections, seconds=load.seconds,
                                                 rate=load.rate, timeout=load.timeout_s))

    def read(self, finished, folder):
        return self._reader(finished.output)


def nearest_closed(load):
    """What a tool without a schedule can do instead."""
    return replace(load, rate=None, is_poisson=False)


def peers():
    return [Wrk(), H2load(), Siege(), Hey()]


def select(names, binary):
    """holdfast first, then the peers called for (all when `names` is None).
    @raises CannotRun for a name that is not known"""
    known = {peer.name: peer for peer in peers()}
    unknown = [n for n in names or [] if n not in known and n != "holdfast"]
    if unknown:
        raise CannotRun(f"--only {','.join(unknown)}: choose from {', '.join(known)}.")
    chosen = list(known.values()) if names is None else [known[n] for n in names if n in known]
    for peer in chosen:
        peer.check_installed()
    return [Holdfast(binary), *chosen]
